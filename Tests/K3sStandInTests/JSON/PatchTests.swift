import Testing

@testable import K3sStandIn

@Suite struct PatchTests {
    @Test(arguments: [
        (#"{"a":1,"b":{"c":2}}"#, #"{"b":{"c":null,"d":3}}"#, #"{"a":1,"b":{"d":3}}"#),
        (#"{"a":[1,2]}"#, #"{"a":[3]}"#, #"{"a":[3]}"#), (#"{"a":1}"#, #"{"b":{"c":null}}"#, #"{"a":1,"b":{}}"#),
    ])
    func mergePatch(target: String, patch: String, expected: String) throws {
        #expect(try JSON(parsing: target).merged(with: JSON(parsing: patch)).text == expected)
    }

    @Test(arguments: [
        // cordon and uncordon
        (#"{"spec":{"a":1}}"#, #"{"spec":{"unschedulable":true}}"#, #"{"spec":{"a":1,"unschedulable":true}}"#),
        (#"{"spec":{"unschedulable":true}}"#, #"{"spec":{"unschedulable":null}}"#, #"{"spec":{}}"#),
        // lists with a key are merged, others replaced
        (
            #"{"conditions":[{"type":"A","status":"x","m":1},{"type":"B"}]}"#,
            #"{"conditions":[{"type":"A","status":"y"},{"type":"C"}]}"#,
            #"{"conditions":[{"m":1,"status":"y","type":"A"},{"type":"B"},{"type":"C"}]}"#
        ),
        (#"{"args":["a","b"]}"#, #"{"args":["c"]}"#, #"{"args":["c"]}"#),
        // a toleration has no merge key
        (#"{"tolerations":[{"key":"a"}]}"#, #"{"tolerations":[{"key":"b"}]}"#, #"{"tolerations":[{"key":"b"}]}"#),
        // directives
        (
            #"{"taints":[{"key":"a"},{"key":"b"}]}"#, #"{"taints":[{"$patch":"delete","key":"a"}]}"#,
            #"{"taints":[{"key":"b"}]}"#
        ),
        (#"{"m":{"a":1,"b":2}}"#, #"{"m":{"$patch":"replace","c":3}}"#, #"{"m":{"c":3}}"#),
        (
            #"{"finalizers":["a","b"]}"#, #"{"$deleteFromPrimitiveList/finalizers":["a"],"finalizers":["c"]}"#,
            #"{"finalizers":["b","c"]}"#
        ),
    ])
    func strategicMergePatch(target: String, patch: String, expected: String) throws {
        let result = StrategicMergePatch.apply(try JSON(parsing: patch), to: try JSON(parsing: target))
        #expect(result.text == expected)
    }

    @Test(arguments: [
        (#"[{"op":"add","path":"/a/b","value":1}]"#, #"{"a":{"b":1},"l":[1,2]}"#),
        (#"[{"op":"replace","path":"/l/0","value":9}]"#, #"{"a":{},"l":[9,2]}"#),
        (#"[{"op":"remove","path":"/l/1"}]"#, #"{"a":{},"l":[1]}"#),
        (#"[{"op":"add","path":"/l/-","value":3}]"#, #"{"a":{},"l":[1,2,3]}"#),
        (#"[{"op":"add","path":"/a/x~1y","value":1}]"#, #"{"a":{"x/y":1},"l":[1,2]}"#),
        (#"[{"op":"test","path":"/l/0","value":1},{"op":"move","from":"/l","path":"/m"}]"#, #"{"a":{},"m":[1,2]}"#),
    ])
    func jsonPatch(patch: String, expected: String) throws {
        let target = try JSON(parsing: #"{"a":{},"l":[1,2]}"#)
        #expect(try JSONPatch(JSON(parsing: patch)).apply(to: target).text == expected)
    }

    @Test(arguments: [
        #"[{"op":"test","path":"/l/0","value":2}]"#, #"[{"op":"remove","path":"/nothing"}]"#,
        #"[{"op":"replace","path":"/l/7","value":2}]"#, #"[{"op":"dance","path":"/l"}]"#, #"{"op":"add"}"#,
    ])
    func jsonPatchesThatCannotBeDone(patch: String) throws {
        #expect(throws: JSONPatch.Failure.self) {
            try JSONPatch(JSON(parsing: patch)).apply(to: try JSON(parsing: #"{"l":[1,2]}"#))
        }
    }
}
