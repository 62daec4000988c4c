import Testing
@Test func NumericCoreBuilds() {}
