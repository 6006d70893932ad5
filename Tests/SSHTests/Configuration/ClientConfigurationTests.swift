import Testing

@testable import SSH

@Suite struct ClientConfigurationTests {
    private func destination(_ text: String, agentSocket: String? = nil) -> Destination {
        ClientConfiguration(parsing: text)
            .destination(name: "master", home: "/home/op", localUser: "op", agentSocket: agentSocket)
    }

    @Test func readsWhatItObeys() {
        let destination = destination(
            """
            host master
            user root
            hostname 192.0.2.10
            port 2222
            addressfamily inet
            identitiesonly yes
            hostkeyalias k3s-master
            identityfile ~/.ssh/id_%r
            identityfile /keys/%h:%p
            userknownhostsfile /home/op/.ssh/known_hosts ~/more
            globalknownhostsfile /etc/ssh/ssh_known_hosts
            proxyjump op@jump:22,second
            """, agentSocket: "/run/agent")
        #expect(destination.host == "192.0.2.10")
        #expect(destination.port == 2222)
        #expect(destination.user == "root")
        #expect(destination.addressFamily == .ipv4)
        #expect(destination.identitiesOnly)
        #expect(destination.identityFiles == ["/home/op/.ssh/id_root", "/keys/192.0.2.10:2222"])
        #expect(
            destination.knownHostsFiles
                == ["/home/op/.ssh/known_hosts", "/home/op/more", "/etc/ssh/ssh_known_hosts"])
        #expect(destination.knownHostsName == "k3s-master")
        #expect(destination.jumps == ["op@jump:22", "second"])
        #expect(destination.agent == .socket("/run/agent"))
        #expect(destination.warnings.isEmpty)
    }

    @Test func hasDefaults() {
        let destination = destination("")
        #expect(destination.host == "master" && destination.port == 22 && destination.user == "op")
        #expect(destination.knownHostsName == "master" && destination.agent == .none && destination.jumps.isEmpty)
    }

    @Test(
        arguments: [
            ("certificatefile /x", "CertificateFile"),
            ("preferredauthentications password", "PreferredAuthentications"),
            ("serveraliveinterval 10", "ServerAliveInterval"), ("serveralivecountmax 5", "ServerAliveCountMax"),
            ("controlmaster auto", "ControlMaster"), ("controlpath /x", "ControlPath"),
            ("controlpersist 60", "ControlPersist"), ("stricthostkeychecking false", "StrictHostKeyChecking"),
            ("knownhostscommand /x", "KnownHostsCommand"), ("identityfile /x/%C", "%C"),
        ])
    func warnsOfWhatItDoesNotObey(line: String, option: String) {
        let warnings = destination(line).warnings
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(option) == true)
        #expect(warnings.first?.hasPrefix("master: ") == true)
    }

    @Test func saysInOneLineWhatIsOneMatter() {
        let warnings = destination("controlmaster auto\ncontrolpath /x\ncontrolpersist 60").warnings
        #expect(
            warnings == [
                "master: the SSH configuration's ControlMaster, ControlPath, ControlPersist is not used here: "
                    + "connections are not shared"
            ])
    }

    @Test(
        arguments: [
            "serveraliveinterval 0", "serveraliveinterval 300", "serveralivecountmax 3", "controlmaster false",
            "controlpersist no",
            "stricthostkeychecking ask", "stricthostkeychecking true", "proxycommand none",
        ])
    func isSilentOnDefaults(line: String) {
        #expect(destination(line).warnings.isEmpty)
    }

    /// Another way, or another idea of who is trusted, is not dropped with a word.
    @Test func obeysOrRefusesWhatTrustRestsOn() throws {
        let other = destination("proxycommand nc %h %p\nrevokedhostkeys ~/revoked")
        #expect(other.revokedKeysFile == "/home/op/revoked")
        #expect(destination("revokedhostkeys /x/%C").revokedKeysFile == "/x/%C", "not passed over")
        #expect(
            performing: { try other.validate() },
            throws: { error in
                (error as? SSHError).map { $0.message.contains("ProxyCommand") && $0.wayOut.contains("proxyJump") }
                    ?? false
            })
        try destination("proxycommand nc %h %p\nproxyjump jump").validate()
        try destination("proxycommand none\nrevokedhostkeys none").validate()
    }

    @Test(
        arguments: [
            ("identityagent none", Destination.Agent.none), ("identityagent SSH_AUTH_SOCK", .socket("/env")),
            ("identityagent ~/a", .socket("/home/op/a")), ("", .socket("/env")),
        ])
    func findsTheAgent(line: String, agent: Destination.Agent) {
        #expect(destination(line, agentSocket: "/env").agent == agent)
    }

    @Test(arguments: ["a;b", "$(a)", "a'b", "`a`", "-oa", "a b", ""]) func refusesJumpsThatAShellWouldRead(jump: String)
    {
        var destination = Destination(host: "h", port: 22, user: "root", knownHostsFiles: [])
        destination.jumps = ["first", jump]
        #expect(
            performing: { try destination.validate() }, throws: { ($0 as? SSHError)?.code == .configurationInvalid })
    }

    @Test(arguments: [
        ("-oProxyCommand=x", 22, "root"), ("a b", 22, "root"), ("", 22, "root"), ("h", 0, "root"),
        ("h", 65536, "root"), ("h", 22, "-l"), ("h", 22, ""),
    ])
    func refusesWhatCouldBeAnOption(host: String, port: Int, user: String) {
        let destination = Destination(host: host, port: port, user: user, knownHostsFiles: [])
        #expect(
            performing: { try destination.validate() }, throws: { ($0 as? SSHError)?.code == .configurationInvalid })
    }
}
