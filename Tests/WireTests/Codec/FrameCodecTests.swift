import Testing

@testable import Wire

@Suite struct FrameCodecTests {
    private func asked(_ text: String) throws(FrameCodec.Malformed) -> Asked {
        try FrameCodec.decodeStrictly(Asked.self, from: Array(text.utf8))
    }

    @Test(arguments: [
        (#"{"ask":{"beat":{"counter":1,"process":2,"speed":3}},"id":1,"needs":[]}"#, "ask.beat.speed"),
        (#"{"ask":{"status":{}},"id":1,"needs":[],"urgent":true}"#, "urgent"),
        (#"{"ask":{"status":{"deep":{"x":1}}},"id":1,"needs":[]}"#, "ask.status.deep"),
        (#"{"ask":{"status":{},"wipe":{}},"id":1,"needs":[]}"#, "ask.wipe"),
        (#"{"ask":{"status":{}},"id":1,"needs":[],"\u001b[2J\u202e":1}"#, "�[2J�"),
    ])
    func anUnknownMemberOfARequestIsRefusedByItsPath(_ text: String, _ path: String) {
        #expect(throws: FrameCodec.Malformed(reason: "a member this version does not know at \(path)")) {
            try asked(text)
        }
    }

    @Test func anUnknownMemberInsideAnArrayIsRefused() throws {
        let line = try FrameCodec.text(of: try Samples().plan)
        let text = String(decoding: line, as: UTF8.self)
        let changed = text.replacing(#"{"kind":"drain","#, with: #"{"force":true,"kind":"drain","#)
        #expect(changed != text)
        #expect(throws: FrameCodec.Malformed(reason: "a member this version does not know at steps.4.force")) {
            try FrameCodec.decodeStrictly(Plan.self, from: Array(changed.utf8))
        }
    }

    @Test(arguments: [
        #"{"ask":{"wipe":{}},"id":1,"needs":[]}"#, #"{"ask":{},"id":1,"needs":[]}"#,
        #"{"ask":{"status":{},"inspect":{}},"id":1,"needs":[]}"#, #"{"ask":{"status":5},"id":1,"needs":[]}"#,
        #"{"id":1,"needs":[]}"#, "", "{", "null", "[]", "7", "\u{0}", #"{"ask":{"status":{}},"id":"1","needs":[]}"#,
        #"{"ask":{"beat":{"counter":-1,"process":2}},"id":1,"needs":[]}"#,
        #"{"ask":{"beat":{"counter":1e30,"process":2}},"id":1,"needs":[]}"#,
    ])
    func whatIsNoRequestIsRefused(_ text: String) {
        #expect(throws: FrameCodec.Malformed.self) { try asked(text) }
    }

    @Test func unknownMembersOfAnswersAndEventsAreIgnored() throws {
        let answer = #"{"answer":{"report":{"held":[],"outcomes":[],"mood":"good"}},"id":3,"more":[1]}"#
        #expect(
            try FrameCodec.decode(Said.self, from: Array(answer.utf8)) == .answer(id: 3, .report(Samples().emptyReport))
        )
        let event = """
            {"event":{"progress":{"epoch":{"counter":1,"process":2,"x":0},"phase":"fetch","step":"stage/a","of":9}}}
            """
        let node = try #require(NodeName("a"))
        #expect(
            try FrameCodec.decode(Said.self, from: Array(event.utf8))
                == .event(
                    .progress(
                        Progress(
                            step: StepID(kind: .stage, node: node), epoch: Epoch(counter: 1, process: 2), phase: .fetch
                        ))))
    }

    @Test func aReasonQuotesNothingOfTheInput() {
        let text = #"{"ask":{"beat":{"counter":"hunter2","process":2}},"id":1,"needs":[]}"#
        #expect(throws: FrameCodec.Malformed(reason: "ask.beat.counter is of another type")) { try asked(text) }
    }

    // MARK: Limits

    @Test func aLineOfExactlyTheLimitPasses() throws {
        let room = FrameCodec.limit - (try FrameCodec.text(of: Answer.plan("")).count)
        let line = try FrameCodec.encode(Answer.plan(String(repeating: "x", count: room)))
        #expect(line.count == FrameCodec.limit + 1)
        #expect(
            try FrameCodec.decode(Answer.self, from: Array(line.dropLast()))
                == .plan(String(repeating: "x", count: room)))
        #expect(throws: FrameCodec.Malformed(reason: "a message of 1048577 bytes is over 1048576")) {
            try FrameCodec.encode(Answer.plan(String(repeating: "x", count: room + 1)))
        }
    }

    @Test func aLineOverTheLimitIsNotRead() throws {
        let line =
            Array(try FrameCodec.encode(Answer.plan("x")))
            + Array(repeating: UInt8(ascii: " "), count: FrameCodec.limit)
        #expect(throws: FrameCodec.Malformed.self) { try FrameCodec.decode(Answer.self, from: line) }
    }

    @Test func depthIsLimitedBeforeAParserRecurses() {
        for (opening, closing) in [("[", "]"), (#"{"a":"#, "}")] {
            let deep =
                String(repeating: opening, count: Nesting.limit + 1) + "1"
                + String(repeating: closing, count: Nesting.limit + 1)
            #expect(throws: FrameCodec.Malformed(reason: "nested deeper than 32")) {
                try FrameCodec.decode(JSONShape.self, from: Array(deep.utf8))
            }
            let allowed =
                String(repeating: opening, count: Nesting.limit) + "1"
                + String(repeating: closing, count: Nesting.limit)
            #expect(throws: Never.self) { try FrameCodec.decode(JSONShape.self, from: Array(allowed.utf8)) }
        }
        let hostile = Array(repeating: UInt8(ascii: "["), count: FrameCodec.limit)
        #expect(throws: FrameCodec.Malformed(reason: "nested deeper than 32")) {
            try FrameCodec.decode(Asked.self, from: hostile)
        }
    }

    @Test(arguments: [#""[[[["#, #""\"[[""#, #""\\""#, #"{"a":"]}\\\"{"}"#])
    func bracketsInsideTextDoNotCount(_ text: String) {
        let padded = text + String(repeating: " ", count: 3)
        #expect(Nesting.isShallow(Array(padded.utf8)))
        #expect(!Nesting.isShallow(Array((#""\\""# + String(repeating: "[", count: 33)).utf8)))
    }
}
