import Testing
import Wire

@Suite struct PushOrderTests {
    private static let sha256 = String(repeating: "0f", count: 32)

    @Test func isTheCommandLineThatItWasReadFrom() throws {
        let line = "receive \(Self.sha256) 71234567 v1.35.1+k3s1"
        let order = try #require(PushOrder(commandLine: line))
        #expect(order.sha256 == Self.sha256)
        #expect(order.size == 71_234_567)
        #expect(order.version == K3sVersion("v1.35.1+k3s1"))
        #expect(order.commandLine == line)
    }

    @Test(
        arguments: [
            "", "receive", "connect", "receive \(sha256) 5", "receive \(sha256) 5 v1.35.1+k3s1 x",
            " receive \(sha256) 5 v1.35.1+k3s1", "receive \(sha256) 5 v1.35.1+k3s1 ",
            "receive  \(sha256) 5 v1.35.1+k3s1",
            "receive \(sha256) 5 v1.35.1+k3s1\n", "receive \(sha256) 0 v1.35.1+k3s1",
            "receive \(sha256) -1 v1.35.1+k3s1",
            "receive \(sha256) 05 v1.35.1+k3s1", "receive \(sha256) +5 v1.35.1+k3s1",
            "receive \(sha256) 99999999999999999999 v1.35.1+k3s1", "receive \(sha256) 5 v1.35",
            "receive \(sha256) 5 ../x",
            "receive \(sha256)0 5 v1.35.1+k3s1", "receive \(sha256.uppercased()) 5 v1.35.1+k3s1",
            "receive \(sha256.dropLast())g 5 v1.35.1+k3s1", "receive \(sha256) 5 v1.35.1+k3s1; reboot",
            "Receive \(sha256) 5 v1.35.1+k3s1", "receive \(sha256) 5 \(String(repeating: "v", count: 300))",
        ])
    func anythingElseIsNone(line: String) { #expect(PushOrder(commandLine: line) == nil) }

    @Test(
        arguments: [
            #"{"push":{"sha256":"x","size":5,"version":"v1.35.1+k3s1"}}"#,
            #"{"push":{"sha256":"\#(sha256)","size":0,"version":"v1.35.1+k3s1"}}"#,
            #"{"push":{"sha256":"\#(sha256)","size":5,"version":"../../x"}}"#,
            #"{"push":{"sha256":"\#(sha256)","size":5,"version":"v1.35.1+k3s1","to":"/etc/shadow"}}"#,
        ])
    func whatNoBinaryCanHaveIsNotRead(line: String) {
        #expect(throws: FrameCodec.Malformed.self) {
            try FrameCodec.decodeStrictly(PushOpening.self, from: Array(line.utf8))
        }
    }

    @Test func isNoHelloAndAHelloIsNone() throws {
        let order = try #require(PushOrder(commandLine: "receive \(Self.sha256) 5 v1.35.1+k3s1"))
        let line = try FrameCodec.encode(PushOpening(push: order))
        #expect((try? FrameCodec.decode(Hello.self, from: line)) == nil)
        #expect((try? FrameCodec.decode(PushOpening.self, from: FrameCodec.encode(Hello.ours))) == nil)
    }
}
