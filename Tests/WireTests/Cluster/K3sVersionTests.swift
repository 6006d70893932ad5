import Testing

@testable import Wire

@Suite struct K3sVersionTests {
    @Test(arguments: ["v1.35.1+k3s1", "v1.34.0-rc2+k3s10", "v1.36.0-alpha1+k3s1", "v1.30.14-beta3+k3s2"])
    func comesBackAsItWasWritten(_ text: String) {
        #expect(K3sVersion(text)?.description == text)
    }

    @Test(arguments: [
        "1.35.1", "1.35.1+k3s1", "v1.35", "v1.35.1", "stable", "", "v", "v1.35.1-k3s1", "v1.35.1+k3s", "v1.35.1+k3s1 ",
        "v1.35.01+k3s1", "v1.35.1+rke2r1", "v1.35.1-rc+k3s1", "v1.35.1-+k3s1", "v1.+35.1+k3s1", "v1.35.1+k3s1+k3s1",
        "v1.35.1234567890+k3s1", "v-1.35.1+k3s1", "V1.35.1+k3s1", "v１.35.1+k3s1",
    ])
    func refusesWhatIsNotAVersion(_ text: String) {
        #expect(K3sVersion(text) == nil)
    }

    @Test func olderBeforeNewer() throws {
        let order = [
            "v1.34.9+k3s1", "v1.35.0-alpha2+k3s1", "v1.35.0-beta1+k3s1", "v1.35.0-rc1+k3s1", "v1.35.0-rc2+k3s1",
            "v1.35.0+k3s1", "v1.35.0+k3s2", "v1.35.0+k3s10", "v1.35.2+k3s1", "v1.35.10+k3s1",
        ]
        let versions = try order.map { try #require(K3sVersion($0)) }
        #expect(versions.shuffled().sorted() == versions)
    }
}
