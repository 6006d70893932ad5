import AgentRuntime
import SystemPackage
import Testing

@Suite struct K3sConfigurationTests {
    private func make(
        _ arguments: [String] = [], _ environment: [String: String] = [:], _ files: [String] = []
    ) -> K3sConfiguration {
        K3sConfiguration(
            arguments: arguments.map { UnitWord($0) }, environment: environment.mapValues { Secret($0) },
            files: files.map { ConfigFile($0) })
    }

    @Test(arguments: [
        ["--data-dir", "/d"], ["--data-dir=/d"], ["-d", "/d"], ["--data-dir=/x", "--data-dir", "/d"],
    ])
    func theCommandLineIsReadInAllItsForms(arguments: [String]) throws {
        #expect(try make(arguments).text(.dataDir)?.revealed == "/d")
    }

    @Test func theCommandLineGoesBeforeTheEnvironmentAndThatBeforeFiles() throws {
        let file = "data-dir: /file\n"
        let env = ["K3S_DATA_DIR": "/env"]
        #expect(try make(["--data-dir=/cli"], env, [file]).text(.dataDir)?.revealed == "/cli")
        #expect(try make([], env, [file]).text(.dataDir)?.revealed == "/env")
        #expect(try make([], [:], [file]).text(.dataDir)?.revealed == "/file")
        #expect(try make([], [:], [file, "data-dir: /later\n"]).text(.dataDir)?.revealed == "/later")
        #expect(try make().text(.dataDir) == nil)
    }

    @Test func listsAddUp() throws {
        let configuration = make(
            ["--kubelet-arg=c=3"], [:],
            ["kubelet-arg:\n  - a=1\n", "kubelet-arg+:\n  - b=2\n"])
        #expect(try configuration.list(.kubeletArgument).map(\.revealed) == ["a=1", "b=2", "c=3"])
        let replaced = make([], [:], ["kubelet-arg: a=1\n", "kubelet-arg: [b=2]\n"])
        #expect(try replaced.list(.kubeletArgument).map(\.revealed) == ["b=2"])
    }

    @Test(
        arguments: [
            (["--cluster-init"], [:], [], true), (["--cluster-init=false"], [:], ["cluster-init: true"], false),
            ([], ["K3S_CLUSTER_INIT": "true"], [], true), ([], [:], ["cluster-init: true"], true), ([], [:], [], false),
            (["--cluster-init", "--disable"], [:], [], true),
        ] as [([String], [String: String], [String], Bool)])
    func switches(arguments: [String], environment: [String: String], files: [String], isOn: Bool) throws {
        #expect(try make(arguments, environment, files).isOn(.clusterInit) == isOn)
    }

    @Test(
        arguments: [
            (["--data-dir"], []), (["--data-dir=%h"], []), ([], ["data-dir: |\n  /x\n"]), ([], ["data-dir: [a, b]"]),
            ([], ["  odd\ndata-dir: /x"]),
        ] as [([String], [String])])
    func whatIsUnclearIsNotGuessed(arguments: [String], files: [String]) throws {
        let words = try arguments.map { try #require(UnitWord.split($0)?.first) }
        let configuration = K3sConfiguration(
            arguments: words, environment: [:], files: files.map { ConfigFile($0) })
        let error = #expect(throws: NodeError.self) { try configuration.text(.dataDir) }
        #expect(error?.code == .unitUnclear)
    }

    @Test func proxiesAreThoseOfTheEnvironment() {
        let configuration = make([], ["HTTPS_PROXY": "http://p:1", "no_proxy": "10.0.0.0/8", "K3S_URL": "x"])
        #expect(configuration.proxies.mapValues(\.revealed) == ["HTTPS_PROXY": "http://p:1", "no_proxy": "10.0.0.0/8"])
    }

    @Test func secretsAreFoundWhereverTheyAre() {
        let configuration = make(
            [
                "--token", "canary-1", "--agent-token=canary-2", "-t", "canary-3", "--disable", "traefik",
                "--datastore-endpoint=postgres://u:canary-4@db:5432/k3s", "--token-file", "/etc/token-file",
            ], ["K3S_TOKEN": "canary-5", "K3S_URL": "https://192.168.2.20:6443"],
            ["etcd-s3-secret-key: canary-6\nagent-token: 'canary-7'\n"])
        let found = Set(configuration.secrets.map(\.revealed))
        #expect(
            found == [
                "canary-1", "canary-2", "canary-3", "canary-4", "postgres://u:canary-4@db:5432/k3s", "canary-5",
                "canary-6", "canary-7",
            ])
        #expect(!"\(configuration)".contains("canary"))
    }

    @Test func aSecretMayBeginWithAMarkThatJoinsTheSignBeforeIt() throws {
        let endpoint = "postgres://u:\u{301}canary-2@db:5432"
        let configuration = make(["--token=\u{301}canary-1", "--datastore-endpoint=\(endpoint)"])
        let found = Set(configuration.secrets.map(\.revealed))
        #expect(found == ["\u{301}canary-1", "\u{301}canary-2", endpoint])
        #expect(try configuration.text(.token)?.revealed == "\u{301}canary-1")
    }
}
