import Testing
@Test func PPLBuilds() {}
