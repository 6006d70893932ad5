import Testing
import Wire

@Suite struct HelloTests {
    private func hello(_ oldest: Int, _ newest: Int) -> Hello {
        Hello(oldest: oldest, newest: newest, product: "test", features: [])
    }

    @Test(arguments: [
        (1, 1, 1, 1, 1), (1, 3, 1, 1, 1), (1, 3, 2, 5, 3), (2, 5, 1, 3, 3), (3, 3, 1, 9, 3),
    ])
    func theNewestCommonVersion(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ common: Int) {
        #expect(hello(a, b).common(with: hello(c, d)) == common)
        #expect(hello(c, d).common(with: hello(a, b)) == common)
    }

    @Test(arguments: [
        (1, 1, 2, 2), (3, 4, 1, 2), (1, 2, 5, 1), (0, 0, 0, 0), (-3, -1, -5, -1), (1, 5, Int.max, Int.min),
    ])
    func noCommonVersion(_ a: Int, _ b: Int, _ c: Int, _ d: Int) {
        #expect(hello(a, b).common(with: hello(c, d)) == nil)
        #expect(hello(c, d).common(with: hello(a, b)) == nil)
    }

    @Test func thisBuildOffersEveryFeatureThatItsRequestsNeed() throws {
        let needs = Set(
            try [
                Request.inspect, .beat(Samples().epoch), .fetchPlan, .grant(Samples().lease(.stage, Samples().server)),
            ]
            .flatMap { Asked(id: 1, ask: $0).needs })
        #expect(needs == Set(Hello.ours.features))
        #expect(Hello.ours.common(with: Hello.ours) == 1)
    }
}
