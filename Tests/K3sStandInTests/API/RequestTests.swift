import Testing

@testable import K3sStandIn

@Suite struct RequestTests {
    @Test func takesPathAndQueryApart() {
        let request = Request(
            method: "GET", uri: "/releases/download/v1.35.1%2Bk3s1/k3s?fieldSelector=spec.nodeName%3Dn1&a=b+c",
            headers: [:],
            body: [])
        #expect(request.path == "/releases/download/v1.35.1+k3s1/k3s")
        #expect(request.parameter("fieldSelector") == "spec.nodeName=n1")
        #expect(request.parameter("a") == "b c")
    }

    @Test(arguments: [
        ("Bearer abc", "abc"), ("Basic dG9rZW46YTpi", "a:b"), ("Basic !!", nil), ("Digest x", nil),
    ])
    func credentials(header: String, expected: String?) {
        let request = Request(method: "GET", uri: "/", headers: ["authorization": header], body: [])
        #expect(request.bearer == expected)
    }

    @Test(
        arguments: [
            ("/api/v1/nodes", "nodes", nil, nil, ""), ("/api/v1/nodes/n1/status", "nodes", nil, "n1", "status"),
            ("/api/v1/namespaces/a/pods/p/eviction", "pods", "a", "p", "eviction"),
            ("/api/v1/namespaces/a", "namespaces", nil, "a", ""),
            ("/apis/apps/v1/deployments", "deployments", nil, nil, ""),
            ("/apis/apps/v1/namespaces/a/daemonsets/d", "daemonsets", "a", "d", ""),
        ] as [(String, String, String?, String?, String)])
    func resources(path: String, plural: String, namespace: String?, name: String?, subresource: String) throws {
        let target = try #require(ResourceRequest(path: path))
        #expect(target.resource.plural == plural)
        #expect(target.namespace == namespace)
        #expect(target.name == name)
        #expect(target.subresource == subresource)
    }

    @Test(arguments: ["/api/v1", "/api/v2/nodes", "/apis/apps/v2/deployments", "/api/v1/things", "/api/v1/pods/p"])
    func noResources(path: String) { #expect(ResourceRequest(path: path) == nil) }
}
