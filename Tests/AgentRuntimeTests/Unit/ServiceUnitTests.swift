import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct ServiceUnitTests {
    @Test func readsTheUnitThatTheInstallerWrites() throws {
        let unit = try #require(try ServiceUnit(name: "k3s.service", text: SampleNode.masterUnit))
        #expect(unit.role == .server)
        #expect(unit.binary == "/usr/local/bin/k3s")
        #expect(unit.arguments.map(\.value) == ["--write-kubeconfig-mode", "644", "--node-label", "note=a b"])
        #expect(
            unit.environmentFiles == [
                "/etc/default/k3s", "/etc/sysconfig/k3s", "/etc/systemd/system/k3s.service.env",
            ])
    }

    @Test func aWorkersUnitIsAWorkers() throws {
        let unit = try #require(try ServiceUnit(name: "k3s-agent.service", text: SampleNode.workerUnit))
        #expect(unit.role == .worker)
        #expect(unit.arguments.isEmpty)
        #expect(unit.environmentFiles.first == "/etc/default/k3s-agent")
    }

    @Test(arguments: [
        "[Service]\nExecStart=/usr/local/bin/k3s-upgrade-agent run\n",
        "[Service]\nExecStart=/usr/local/bin/k3s etcd-snapshot save\n",
        "[Service]\nExecStart=/bin/true\n", "[Unit]\nDescription=k3s\n", "",
    ])
    func otherUnitsAreNone(text: String) throws {
        #expect(try ServiceUnit(name: "k3s-x.service", text: text) == nil)
    }

    @Test func commentsBetweenContinuedLinesAreSkipped() throws {
        let text = "[Service]\nExecStart=/opt/bin/k3s \\\n# a note\n  server \\\n; another\n  --disable traefik\n"
        let unit = try #require(try ServiceUnit(name: "k3s.service", text: text))
        #expect(unit.binary == "/opt/bin/k3s")
        #expect(unit.arguments.map(\.value) == ["--disable", "traefik"])
    }

    @Test func aDropInReplacesExecStartAndAddsVariables() throws {
        let dropIn = """
            [Service]
            ExecStart=
            ExecStart=/usr/local/bin/k3s server --disable servicelb
            Environment="K3S_TOKEN=canary" HTTP_PROXY=http://p:3128
            EnvironmentFile=/etc/k3s/%n.vars
            """
        let unit = try #require(
            try ServiceUnit(name: "k3s.service", text: SampleNode.masterUnit, dropIns: [dropIn]))
        #expect(unit.arguments.map(\.value) == ["--disable", "servicelb"])
        #expect(unit.environment["K3S_TOKEN"] == Secret("canary"))
        #expect(unit.environment["HTTP_PROXY"]?.revealed == "http://p:3128")
        #expect(unit.environmentFiles.last == "/etc/k3s/k3s.service.vars")
    }

    @Test(arguments: [
        "[Service]\nExecStart=/usr/local/bin/k3s server 'open\n",
        "[Service]\nExecStart=/bin/true\nExecStart=/usr/local/bin/k3s server\n",
        "[Service]\nEnvironmentFile=/etc/%H\nExecStart=/usr/local/bin/k3s server\n",
    ])
    func whatIsNotUnderstoodIsNotGuessed(text: String) {
        let error = #expect(throws: NodeError.self) { try ServiceUnit(name: "k3s.service", text: text) }
        #expect(error?.code == .unitUnclear)
    }
}
