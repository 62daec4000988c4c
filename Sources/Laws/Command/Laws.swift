import ArgumentParser
@main struct Laws: AsyncParsableCommand { func run() async throws {} }
