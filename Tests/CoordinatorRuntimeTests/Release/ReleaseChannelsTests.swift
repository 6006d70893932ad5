import CoordinatorRuntime
import Testing
import Wire

@Suite struct ReleaseChannelsTests {
    private func version(_ text: String) throws -> K3sVersion { try #require(K3sVersion(text)) }

    static let list = """
        {"type":"collection","data":[
        {"id":"stable","name":"stable","latest":"v1.34.5+k3s1","latestRegexp":".*","excludeRegexp":"^[^+]+-"},
        {"id":"latest","name":"latest","latest":"v1.35.1+k3s1"},
        {"id":"v1.34","name":"v1.34","latest":"v1.34.5+k3s1"},
        {"id":"v1.35","name":"v1.35","latest":"v1.35.1+k3s1"},
        {"id":"v1.36","name":"v1.36","latest":"v1.35.9+k3s1"},
        {"id":"broken","name":"broken","latest":"1.2"},
        {"id":"empty","name":"empty"}]}
        """

    @Test func tellsTheNewestPatchAndTheNextMinor() throws {
        let channels = try #require(ReleaseChannels(json: Array(Self.list.utf8)))
        #expect(channels.stable == (try version("v1.34.5+k3s1")))
        let running = try version("v1.34.3+k3s1")
        #expect(channels.newerPatch(than: running) == (try version("v1.34.5+k3s1")))
        #expect(channels.nextMinor(after: running) == (try version("v1.35.1+k3s1")))
        #expect(channels.targets(from: running) == [try version("v1.34.5+k3s1"), try version("v1.35.1+k3s1")])
        #expect(channels.latest["broken"] == nil)
    }

    @Test func aChannelThatSteppedBackOffersNothing() throws {
        let channels = try #require(ReleaseChannels(json: Array(Self.list.utf8)))
        #expect(channels.newerPatch(than: try version("v1.34.6+k3s1")) == nil)
        // The channel v1.36 resolves to a 1.35, as channels have done.
        #expect(channels.nextMinor(after: try version("v1.35.1+k3s1")) == nil)
    }

    @Test(arguments: ["", "[]", "{}", "{\"data\":[]}", "{\"data\":[{\"name\":\"a\",\"latest\":\"x\"}]}", "<html>"])
    func whatIsNoListIsNil(text: String) {
        #expect(ReleaseChannels(json: Array(text.utf8)) == nil)
    }
}
