import CoordinatorCore
import Testing
import Wire

@Suite struct VersionRulesTests {
    private func codes(_ from: String, _ to: String) throws -> [String] {
        VersionRules.findings(
            node: try #require(NodeName("a")), from: try #require(K3sVersion(from)), to: try #require(K3sVersion(to))
        )
        .map { finding in
            #expect(finding.severity == .refusal)
            #expect(!finding.wayOut.isEmpty)
            return finding.code
        }
    }

    @Test(arguments: [
        ("v1.34.3+k3s1", "v1.34.3+k3s1"), ("v1.34.3+k3s1", "v1.34.3+k3s2"), ("v1.34.3+k3s1", "v1.34.10+k3s1"),
        ("v1.34.3+k3s1", "v1.35.0+k3s1"), ("v1.35.0-rc1+k3s1", "v1.35.0+k3s1"), ("v1.9.0+k3s1", "v1.10.0+k3s1"),
    ])
    func mayGo(_ from: String, _ to: String) throws { #expect(try codes(from, to).isEmpty) }

    @Test(arguments: [
        ("v1.34.3+k3s1", "v1.36.0+k3s1"), ("v1.33.0+k3s1", "v1.35.0+k3s1"), ("v1.34.3+k3s1", "v2.0.0+k3s1"),
        ("v1.34.3+k3s1", "v2.34.3+k3s1"), ("v1.34.3+k3s1", "v1.36.0-alpha1+k3s1"),
    ])
    func skipsAMinor(_ from: String, _ to: String) throws { #expect(try codes(from, to) == ["skips-minor"]) }

    @Test(arguments: [
        ("v1.35.1+k3s1", "v1.35.0+k3s1"), ("v1.35.1+k3s2", "v1.35.1+k3s1"), ("v1.35.0+k3s1", "v1.34.9+k3s1"),
        ("v1.35.0+k3s1", "v1.35.0-rc3+k3s1"), ("v2.0.0+k3s1", "v1.35.0+k3s1"),
    ])
    func goesBack(_ from: String, _ to: String) throws { #expect(try codes(from, to) == ["downgrade"]) }

    @Test(arguments: [
        ("v1.33.7+k3s2", "v1.34.0+k3s1", Datastore.etcd, true), ("v1.33.7+k3s3", "v1.34.0+k3s1", .etcd, false),
        ("v1.33.1+k3s1", "v1.33.9+k3s1", .etcd, false), ("v1.33.1+k3s1", "v1.34.0+k3s1", .sqlite, false),
        ("v1.33.1+k3s1", "v1.34.0-rc1+k3s1", .etcd, false), ("v1.34.1+k3s1", "v1.35.0+k3s1", .etcd, false),
    ])
    func etcdGoesByItsBridge(_ from: String, _ to: String, _ datastore: Datastore, _ refused: Bool) throws {
        let newer = try #require(K3sVersion("v1.40.0+k3s1"))
        let findings = VersionRules.findings(
            of: try #require(K3sVersion(to)), datastore: datastore, from: [newer, try #require(K3sVersion(from))])
        #expect(findings.map(\.code) == (refused ? ["etcd-path"] : []))
        #expect(VersionRules.findings(of: newer, datastore: .etcd, from: []).isEmpty)
    }
}
