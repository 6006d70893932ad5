import Testing

@testable import K3sStandIn

@Suite struct FlagsTests {
    @Test func theCommandLineWinsOverTheFileAndTheFileOverTheEnvironment() throws {
        var flags = Flags(environment: ["K3S_TOKEN": "env", "K3S_URL": "https://env:6443", "K3S_NODE_NAME": "env"])
        let unknown = flags.add(
            config: ["token": ["file"], "node-name": ["file"], "no-such-key": ["x"]], isServer: true)
        try flags.add(arguments: ["--node-name", "line"], isServer: true)
        #expect(unknown == ["no-such-key"])
        #expect(flags["server"] == "https://env:6443")
        #expect(flags["token"] == "file")
        #expect(flags["node-name"] == "line")
    }

    @Test func listsAndSwitches() throws {
        var flags = Flags(environment: [:])
        try flags.add(
            arguments: [
                "--cluster-init", "--node-label=a=b", "--node-label", "c=d,e=f", "-t", "x", "--disable", "traefik",
            ],
            isServer: true)
        #expect(flags.isSet("cluster-init"))
        #expect(flags.list("node-label") == ["a=b", "c=d", "e=f"])
        #expect(flags["token"] == "x")
        #expect(!flags.isSet("docker"))
    }

    @Test(arguments: [
        (["--no-deploy", "traefik"], true), (["--cluster-init"], false), (["--disable", "traefik"], false),
        (["--token"], true),
    ])
    func flagsNobodyKnowsAreMistakes(arguments: [String], isServer: Bool) {
        var flags = Flags(environment: [:])
        #expect(throws: Flags.Mistake.self) { try flags.add(arguments: arguments, isServer: isServer) }
    }

    @Test func aRemovedFlagIsAMistake() {
        var flags = Flags(environment: [:])
        #expect(throws: Flags.Mistake(description: "flag provided but not defined: -docker")) {
            try flags.add(arguments: ["--docker"], isServer: true, removed: ["docker"])
        }
    }

    @Test func configFile() {
        let text = """
            # comment
            write-kubeconfig-mode: "0644"
            tls-san:
              - foo.local   # why
              - 'bar'
            cluster-init: true
            disable: [traefik, servicelb]
            """
        #expect(
            ConfigFile.parse(text) == [
                "write-kubeconfig-mode": ["0644"], "tls-san": ["foo.local", "bar"], "cluster-init": ["true"],
                "disable": ["traefik", "servicelb"],
            ])
    }
}
