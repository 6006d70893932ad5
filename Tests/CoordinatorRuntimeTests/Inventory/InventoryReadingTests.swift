import CoordinatorRuntime
import Testing
import Wire

@Suite struct InventoryReadingTests {
    static let whole = """
        # the cluster at home
        nodes:
          - name: k3s-worker-01
            role: worker
            address: 192.168.2.21
          - name: k3s-master
            role: server
            address: master.example
            port: 2222
            user: ops
            identityFile: ~/.ssh/id_ed25519
            proxyJump: ops@bastion:22
        ssh:
          key: ~/keys/k3s
          knownHosts: ~/keys/known_hosts
          user: admin
        release:
          releases: http://10.77.0.1:8080/releases/
          channels: http://10.77.0.1:8080/channels
          installer: http://10.77.0.1:8080/install.sh
        policy:
          method: binary
          maxUnavailable: 2
          drainTimeout: 120
          controlPlaneLimit: 240
          gateTimeout: 60
        gate:
          command: [/usr/local/bin/smoke, --quick, "5"]
        """

    @Test func readsEverything() throws {
        let inventory = try Inventory(yaml: Self.whole, file: "cluster.yaml")
        let master = try #require(NodeName("k3s-master"))
        let worker = try #require(NodeName("k3s-worker-01"))
        #expect(inventory.nodes.map(\.name) == [worker, master])
        #expect(inventory.inOrder.map(\.name) == [master, worker])
        #expect(
            inventory.node(master)
                == InventoryNode(
                    name: master, role: .server, address: "master.example", port: 2222, user: "ops",
                    identityFile: "~/.ssh/id_ed25519", proxyJump: "ops@bastion:22"))
        #expect(inventory.ssh.key == "~/keys/k3s")
        #expect(inventory.ssh.user == "admin")
        #expect(inventory.release.releases.text == "http://10.77.0.1:8080/releases")
        #expect(
            inventory.policy
                == Policy(
                    method: .binary, maxUnavailable: 2, drainTimeout: 120, controlPlaneLimit: 240, gateTimeout: 60))
        #expect(inventory.gateCommand == ["/usr/local/bin/smoke", "--quick", "5"])
    }

    @Test func leavesDefaultsWhereNothingIsSaid() throws {
        let inventory = try Inventory(
            yaml: "nodes: [{name: a, role: server, address: 10.0.0.1}]", file: "cluster.yaml")
        #expect(inventory.policy == Policy())
        #expect(inventory.ssh == InventorySSH())
        #expect(inventory.release.channels.text == "https://update.k3s.io/v1-release/channels")
        #expect(inventory.gateCommand.isEmpty)
    }

    @Test func writtenOneReadsBackTheSame() throws {
        let inventory = try Inventory(yaml: Self.whole, file: "cluster.yaml")
        #expect(try Inventory(yaml: inventory.yaml, file: "again.yaml") == inventory)
        let small = try Inventory(yaml: "nodes: [{name: \"1\", role: server, address: \"10\"}]", file: "s.yaml")
        #expect(try Inventory(yaml: small.yaml, file: "again.yaml") == small)
    }

    @Test func writesOnlyWhatDiffersFromTheDefaults() throws {
        let inventory = try Inventory(
            yaml: "nodes: [{name: a, role: server, address: 10.0.0.1, port: 22}]", file: "cluster.yaml")
        #expect(
            inventory.yaml == """
                nodes:
                - name: a
                  role: server
                  address: 10.0.0.1
                  port: 22

                """)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let yaml: String
        let line: Int
        let column: Int
        let code: InventoryProblem.Code
        var testDescription: String { "\(code.rawValue) in \(yaml.debugDescription)" }

        init(_ code: InventoryProblem.Code, _ line: Int, _ column: Int, _ yaml: String) {
            (self.yaml, self.line, self.column, self.code) = (yaml, line, column, code)
        }
    }

    static let node = "nodes:\n  - name: a\n    role: server\n    address: 10.0.0.1\n"

    @Test(arguments: [
        Bad(.unknownKey, 5, 1, node + "ndes: []\n"),
        Bad(.unknownKey, 5, 5, node + "    adress: b\n"),
        Bad(.unknownKey, 6, 3, node + "policy:\n  concurrency: 2\n"),
        Bad(.duplicateNode, 5, 11, node + "  - name: a\n    role: worker\n    address: b\n"),
        Bad(.unknownRole, 6, 11, node + "  - name: b\n    role: agent\n    address: b\n"),
        Bad(.noServer, 2, 3, "nodes:\n  - name: a\n    role: worker\n    address: b\n"),
        Bad(.noServer, 1, 8, "nodes: []\n"),
        Bad(.invalidValue, 5, 11, node + "  - name: Bad_Name\n    role: worker\n    address: b\n"),
        Bad(.invalidValue, 7, 14, node + "  - name: b\n    role: worker\n    address: -oProxyCommand=x\n"),
        Bad(.invalidValue, 5, 11, node + "    port: 70000\n"),
        Bad(.invalidValue, 5, 11, node + "    port: ssh\n"),
        Bad(.invalidValue, 6, 13, node + "release:\n  releases: file:///etc/shadow\n"),
        Bad(.invalidValue, 6, 11, node + "policy:\n  method: magic\n"),
        Bad(.missing, 5, 5, node + "  - name: b\n    role: worker\n"),
        Bad(.missing, 1, 1, "ssh: {key: k}\n"),
        Bad(.wrongType, 1, 8, "nodes: 5\n"),
        Bad(.wrongType, 6, 12, node + "gate:\n  command: /bin/true\n"),
        Bad(.syntax, 3, 1, "nodes:\n  - name: 'a\n"),
        Bad(.syntax, 1, 1, "nodes: []\nnodes: []\n"),
    ])
    func namesThePlace(bad: Bad) throws {
        let error = try #require(throws: InventoryError.self) { try Inventory(yaml: bad.yaml, file: "cluster.yaml") }
        let problem = try #require(error.problems.first { $0.code == bad.code }, "\(error)")
        #expect(problem.line == bad.line, "\(error)")
        #expect(problem.column == bad.column, "\(error)")
        #expect("\(error)".contains("cluster.yaml:\(bad.line):\(bad.column): "))
        #expect(!problem.wayOut.isEmpty)
    }

    @Test func namesEveryProblemAtOnceInTheFilesOrder() throws {
        let yaml = "nodes:\n  - name: A\n    role: agent\n    address: x\n    colour: red\npolicy: {gateTimeout: 0}\n"
        let error = try #require(throws: InventoryError.self) { try Inventory(yaml: yaml, file: "c.yaml") }
        #expect(error.problems.map(\.code) == [.invalidValue, .unknownRole, .unknownKey, .invalidValue])
        #expect(error.problems.map(\.line) == [2, 3, 5, 6])
        #expect("\(error)".split(separator: "\n").count == 4)
    }

    @Test func quotesNothingThatCouldCommandATerminal() throws {
        let error = try #require(throws: InventoryError.self) {
            try Inventory(yaml: "\"no\\u001b[31mdes\": 1\n", file: "c.yaml")
        }
        #expect(!"\(error)".unicodeScalars.contains("\u{1B}"))
    }

    @Test func refusesWhatIsTooLargeOrTooDeep() {
        #expect(throws: InventoryError.self) {
            try Inventory(yaml: String(repeating: "#", count: Inventory.longestFile + 1), file: "c.yaml")
        }
        #expect(throws: InventoryError.self) {
            try Inventory(yaml: "nodes: " + String(repeating: "[", count: 100_000), file: "c.yaml")
        }
        #expect(throws: InventoryError.self) { try Inventory(yaml: "", file: "c.yaml") }
    }

    @Test func aFileThatCannotBeReadIsNamed() throws {
        let error = try #require(throws: InventoryError.self) { try Inventory.load("/nonexistent/cluster.yaml") }
        #expect("\(error)".hasPrefix("/nonexistent/cluster.yaml: it cannot be read: there is no such file"))
        #expect(throws: InventoryError.self) { try Inventory.load("/dev/zero") }
        #expect(CoordinatorError(error).kind == .usage)
    }
}
