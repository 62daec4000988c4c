import Testing
@Test func InferenceBuilds() {}
