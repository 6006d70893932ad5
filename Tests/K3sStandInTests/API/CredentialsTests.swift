import Testing

@testable import K3sStandIn

@Suite struct CredentialsTests {
    @Test func bothFormsOfATokenAreTheSame() {
        let short = Credentials(token: "secret")
        let long = Credentials(token: short.fullToken)
        #expect(short.fullToken.hasPrefix("K10"))
        #expect(long.admin == short.admin)
        #expect(short.accepts(token: long.fullToken))
        #expect(!short.accepts(token: "other"))
        #expect(!Credentials(token: "").accepts(token: ""))
    }

    @Test func whoIsWho() {
        let credentials = Credentials(token: "secret")
        #expect(credentials.identity(bearer: credentials.admin) == .admin)
        #expect(credentials.identity(bearer: credentials.node("w1")) == .node("w1"))
        #expect(credentials.identity(bearer: "w2:" + credentials.node("w1").dropFirst(3)) == nil)
        #expect(credentials.identity(bearer: "secret") == nil)
        #expect(credentials.identity(bearer: nil) == nil)
    }

    @Test func aKubeletSeesOnlyItsOwn() throws {
        func check(_ verb: String, _ resource: Resource, _ namespace: String, _ name: String, _ node: String?) throws {
            try NodeAuthorizer.check(
                .node("w1"), .init(verb: verb, resource: resource, namespace: namespace, name: name, node: node))
        }
        try check("get", .nodes, "", "w1", nil)
        try check("patch", .pods, "a", "p", "w1")
        try check("update", .leases, "kube-node-lease", "w1", nil)
        for refused in [("get", "w2"), ("list", "")] {
            #expect { try check(refused.0, .nodes, "", refused.1, nil) } throws: { ($0 as? APIError)?.code == 403 }
        }
        #expect(throws: APIError.self) { try check("patch", .pods, "a", "p", "w2") }
        #expect(throws: APIError.self) { try check("get", .secrets, "kube-system", "s", nil) }
    }
}
