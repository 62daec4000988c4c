import Testing
@Test func GPBuilds() {}
