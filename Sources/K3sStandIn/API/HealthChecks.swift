/// `/readyz`, `/livez` and `/healthz`, as the API server words them.
enum HealthChecks {
    static func response(_ path: String, verbose: Bool, isReady: Bool, datastoreAnswers: Bool) -> Response {
        var checks: [(String, Bool)] = [("ping", true), ("log", true), ("etcd", datastoreAnswers)]
        if path == "/readyz" {
            checks.append(("etcd-readiness", datastoreAnswers))
            checks.append(("informer-sync", isReady))
        }
        checks += [
            ("poststarthook/start-apiextensions-controllers", true), ("poststarthook/rbac/bootstrap-roles", isReady),
            ("poststarthook/scheduling/bootstrap-system-priority-classes", isReady),
        ]
        if path == "/readyz" { checks.append(("shutdown", true)) }
        let name = path.dropFirst()
        let passed = checks.allSatisfy(\.1)
        if passed, !verbose { return Response(text: "ok") }
        let lines = checks.map { $0.1 ? "[+]\($0.0) ok" : "[-]\($0.0) failed: reason withheld" }
        let text = (lines + ["\(name) check \(passed ? "passed" : "failed")"]).joined(separator: "\n")
        return Response(text: text + "\n", status: passed ? 200 : 500)
    }
}
