import Testing

@testable import K3sStandIn

@Suite struct SelectorTests {
    @Test(arguments: [
        ("app=web", true), ("app==web", true), ("app!=web", false), ("app", true), ("!app", false), ("!tier", true),
        ("app in (db,web)", true), ("app notin (db,web)", false), ("app=web,tier", false), ("", true),
        ("tier notin (x)", true),
    ])
    func labels(query: String, expected: Bool) throws {
        #expect(try LabelSelector(query: query).matches(["app": "web"]) == expected)
    }

    @Test func aSelectorOfAnObject() throws {
        let object = try JSON(
            parsing: #"{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"b","operator":"DoesNotExist"}]}"#)
        let selector = try #require(LabelSelector(object: object))
        #expect(selector.matches(["a": "1"]))
        #expect(!selector.matches(["a": "1", "b": "2"]))
        #expect(LabelSelector(object: .null) == nil)
    }

    @Test(arguments: [
        ("spec.nodeName=n1", true), ("spec.nodeName!=n1", false), ("metadata.name=p,spec.nodeName=n1", true),
        ("metadata.name=q", false), ("status.phase!=Running", true),
    ])
    func fields(query: String, expected: Bool) throws {
        let pod: JSON = ["metadata": ["name": "p"], "spec": ["nodeName": "n1"]]
        #expect(try FieldSelector(query: query).matches(pod) == expected)
    }

    @Test func whatCannotBeReadIsABadRequest() {
        #expect(throws: APIError.self) { try FieldSelector(query: "nonsense") }
        #expect(throws: APIError.self) { try LabelSelector(query: "a among (b)") }
    }
}
