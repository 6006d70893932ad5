import AgentCore
import Testing
import Wire

/// The journal's bytes: an agent of a later version reads what this one wrote.
@Suite struct RecordTests {
    @Test func isWrittenAsItAlwaysWas() throws {
        let made = try Made()
        let step = made.step(.install, made.worker)
        let lines: [(Record, String)] = [
            (
                .promised(Epoch(counter: 1, process: 2), made.holder),
                #"{"promised":{"_0":{"counter":1,"process":2},"_1":{"machine":"laptop","process":1,"since":0,"who":"first"}}}"#
            ),
            (.released, #"{"released":{}}"#),
            (.concluded, #"{"concluded":{}}"#),
            (.planStored(text: "{}", digest: "d"), #"{"planStored":{"digest":"d","text":"{}"}}"#),
            (
                .stepStarted(step, Epoch(counter: 1, process: 2), .check),
                #"{"stepStarted":{"_0":"install/worker-1","_1":{"counter":1,"process":2},"_2":"check"}}"#
            ),
            (.phaseEntered(.place, StepFacts()), #"{"phaseEntered":{"_0":"place","_1":{"notes":[]}}}"#),
            (.undoing(.abandoned, nil), #"{"undoing":{"_0":"abandoned"}}"#),
            (.heldEnded(made.worker), #"{"heldEnded":{"_0":"worker-1"}}"#),
        ]
        for (record, line) in lines {
            #expect(String(decoding: try FrameCodec.text(of: record), as: UTF8.self) == line)
            #expect(try FrameCodec.decodeStrictly(Record.self, from: Array(line.utf8)) == record)
        }
    }

    @Test(arguments: try RecoveryTests.fullRun("server-1") + RecoveryTests.fullRun("worker-1"))
    func comesBackFromItsText(_ record: Record) throws {
        #expect(try FrameCodec.decodeStrictly(Record.self, from: try FrameCodec.text(of: record)) == record)
    }
}
