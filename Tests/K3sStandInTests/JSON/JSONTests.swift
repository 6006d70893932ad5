import Testing

@testable import K3sStandIn

@Suite struct JSONTests {
    @Test(arguments: [
        #"{"a":[1,-2.5,true,false,null,"x"],"b":{}}"#, #""line\nquote\"\\tab\t""#, #"{"emoji":"😀"}"#, "[]", "-7",
        "9223372036854775807",
    ])
    func comesBackAsItWas(text: String) throws {
        #expect(try JSON(parsing: text).text == text)
    }

    @Test func readsEscapes() throws {
        #expect(try JSON(parsing: #""\u0041\ud83d\ude00\/""#) == .string("A😀/"))
    }

    @Test(arguments: [
        "", "{", "[1,]", #"{"a" 1}"#, #""open"#, "tru", "1 2", #"{1:2}"#, #""\x""#, "+1", "--1",
        String(repeating: "[", count: 200),
    ])
    func refusesOtherTexts(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    }

    @Test func fieldsAreMadeAndRemovedByAssignment() {
        var object: JSON = .null
        object["metadata"]["labels"]["a"] = "b"
        #expect(object.text == #"{"metadata":{"labels":{"a":"b"}}}"#)
        object["metadata"]["labels"] = .null
        #expect(object.text == #"{"metadata":{}}"#)
    }
}
