import CoordinatorCommands
import CoordinatorRuntime
import Testing
import Wire

@Suite struct ReportTextTests {
    @Test func aRunThatEndedWell() throws {
        let lines = ReportText(try Samples.done(), inventory: try Samples.inventory()).lines
        #expect(
            lines.joined(separator: "\n") == """
                upgrade to v1.35.1+k3s1, run 20261122-1

                NODE           ROLE    VERSION       STATUS  SCHEDULABLE  ROLLBACK
                k3s-master     server  v1.35.1+k3s1  Ready   yes          restore to v1.34.3+k3s1
                k3s-worker-01  worker  v1.35.1+k3s1  Ready   yes          reinstall to v1.34.3+k3s1
                k3s-worker-02  worker  v1.35.1+k3s1  Ready   yes          reinstall to v1.34.3+k3s1

                STEP                 STATE  TIME   PHASES
                snapshot/k3s-master  done   0.3s   take-snapshot 0.2s, verify-snapshot 0.1s
                install/k3s-master   done   4.3s   restart 0.1s, await 4.2s
                drain/k3s-worker-01  done   2m01s

                snapshot: /var/lib/k3s-upgrade-agent/snapshots/s (sqlite, 45000000 bytes, sha256 \
                \(String(repeating: "ab", count: 32)))

                upgraded 3/3 nodes to v1.35.1+k3s1; control plane unavailable 2.1s of 300s allowed; \
                rollback ready 3/3 (2 reinstall, 1 restore)
                """)
    }

    @Test func aRunThatFailedSaysWhatIsWhereAndWhatToDo() throws {
        let text = ReportText(try Samples.failed(), inventory: try Samples.inventory()).lines.joined(separator: "\n")
        #expect(text.contains("what went wrong: k3s-agent did not\u{FFFD}[31m start within 300 s [start-timeout]"))
        #expect(text.contains("the way out: look at its journal"))
        #expect(text.contains("note: install/k3s-master: no cold copy: there is no\u{FFFD}[2J room for one\n"))
        #expect(text.contains("k3s-master: is on v1.35.1+k3s1, Ready; can be rolled back by restore to v1.34.3+k3s1"))
        #expect(
            text.contains(
                "k3s-worker-01: runs an unknown version, NotReady, cordoned; whether it can be rolled back is not known"
            ))
        #expect(text.contains("k3s-worker-02: is still on v1.34.3+k3s1, Ready; cannot be rolled back: no kit"))
        #expect(text.contains("coordinator upgrade --to v1.35.1+k3s1"))
        #expect(text.contains("k3s kubectl uncordon k3s-worker-01"))
        #expect(text.contains("k3s-worker-01 does not answer; to look by hand:"))
        #expect(
            text.contains(
                #"  ssh -p 2222 -J bastion -- 192.168.2.21 "systemctl status k3s-agent.service --no-pager""#))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(text.hasSuffix(RunSummaryLine.text(try Samples.failed())))
    }

    @Test func onlyAServerIsAskedForItsCluster() throws {
        let inventory = try Samples.inventory()
        let server = HandCommands.lines(for: inventory.nodes[0], ssh: inventory.ssh)
        #expect(server.contains { $0.contains("k3s.service") && $0.hasPrefix("ssh -l ops -- 192.168.2.20 ") })
        #expect(server.contains { $0.contains("/readyz?verbose") })
        let worker = HandCommands.lines(for: inventory.nodes[2], ssh: inventory.ssh)
        #expect(!worker.contains { $0.contains("kubectl") })
    }

    /// As the operator's shell is to read them.
    @Test func commandsByHandGoTheInventorysWay() throws {
        let node = InventoryNode(
            name: try Samples.name("a"), role: .worker, address: "10.0.0.1", identityFile: "/keys/mine")
        let lines = HandCommands.lines(
            for: node, ssh: InventorySSH(configuration: "/my files/config", user: #"HOME\me"#))
        let start = #"ssh -F '/my files/config' -i /keys/mine -l 'HOME\me' -- 10.0.0.1 ""#
        #expect(lines.allSatisfy { $0.hasPrefix(start) })
        let other = HandCommands.lines(for: node, ssh: InventorySSH(configuration: "~/config"))
        #expect(other.allSatisfy { $0.hasPrefix("ssh -F /") && $0.contains("/config -i ") })
    }

    @Test func markdownTakesTextFromNodesForText() throws {
        let lines = ReportMarkdown(try Samples.failed(), inventory: try Samples.inventory()).lines
        let row = try #require(lines.first { $0.hasPrefix("| k3s-worker-02 ") })
        #expect(row.contains("no kit &lt;b&gt;yet&lt;/b&gt; \\| none"))
        #expect(lines[0] == "## upgrade to v1.35.1\\+k3s1")
        let header = try #require(lines.firstIndex { $0.hasPrefix("| NODE") })
        #expect(lines[header + 1] == "|---|---|---|---|---|---|")
    }

    @Test(arguments: [
        ("[a](http://x)", "\\[a\\]\\(http&#58;//x\\)"), ("<img src=x>", "&lt;img src=x&gt;"),
        ("a|b`c`", "a\\|b\\`c\\`"),
        ("@everyone #1", "\\@everyone \\#1"), ("www.x.org", "www&#46;x.org"), ("a\nb", "a b"), ("&amp;", "&amp;amp;"),
    ])
    func markdownEscapes(text: String, wanted: String) { #expect(MarkdownText.escaped(text) == wanted) }
}
