import Testing
import Wire

@Suite struct PolicyTests {
    @Test(arguments: [
        ("drainTimeout", "9223372036854775807"), ("drainTimeout", "0"), ("controlPlaneLimit", "86401"),
        ("gateTimeout", "-1"), ("maxUnavailable", "101"), ("maxUnavailable", "0"),
    ])
    func aPlanWithNumbersThatNobodyCanReckonWithIsRefused(key: String, number: String) throws {
        let text = String(decoding: try FrameCodec.text(of: Policy()), as: UTF8.self)
        let changed = text.replacing(try Regex("\"\(key)\":[0-9]+"), with: "\"\(key)\":\(number)")
        #expect(changed != text)
        #expect(throws: FrameCodec.Malformed.self) { try FrameCodec.decode(Policy.self, from: Array(changed.utf8)) }
    }

    @Test func theLongestTimesAreRead() throws {
        let policy = Policy(maxUnavailable: 100, drainTimeout: 86_400, controlPlaneLimit: 1, gateTimeout: 86_400)
        #expect(try FrameCodec.decodeStrictly(Policy.self, from: try FrameCodec.text(of: policy)) == policy)
    }
}
