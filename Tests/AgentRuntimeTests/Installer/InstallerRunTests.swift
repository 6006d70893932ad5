import AgentRuntime
import SystemPackage
import Testing
import Wire

@Suite struct InstallerRunTests {
    private func run(_ node: NodeInstallation, _ text: String?) throws -> InstallerRun {
        try InstallerRun(of: node, environmentText: text, version: #require(K3sVersion("v1.35.1+k3s1")))
    }

    @Test func aWorkerStaysAWorker() throws {
        let folder = try TemporaryFolder()
        let node = try SampleNode.worker(in: folder)
        let run = try run(node, SampleNode.workerEnvironment)
        let variables = run.environment.variables.map { "\($0.name)=\($0.value.revealed)" }
        #expect(
            variables == [
                "K3S_TOKEN=canary-token-123", "K3S_URL=https://192.168.2.20:6443", "INSTALL_K3S_VERSION=v1.35.1+k3s1",
                "INSTALL_K3S_SKIP_DOWNLOAD=true", "INSTALL_K3S_SKIP_ENABLE=true", "INSTALL_K3S_SKIP_START=true",
                "INSTALL_K3S_SKIP_SELINUX_RPM=true", "INSTALL_K3S_EXEC=agent", "INSTALL_K3S_BIN_DIR=/usr/local/bin",
                "INSTALL_K3S_SYSTEMD_DIR=/etc/systemd/system",
            ])
    }

    @Test func aServerKeepsItsArguments() throws {
        let folder = try TemporaryFolder()
        let run = try run(SampleNode.master(in: folder), nil)
        #expect(
            run.environment["INSTALL_K3S_EXEC"]?.revealed
                == "server --write-kubeconfig-mode 644 --node-label note=a' 'b")
        #expect(run.environment["INSTALL_K3S_NAME"] == nil)
    }

    @Test func aNamedUnitKeepsItsName() throws {
        let folder = try TemporaryFolder()
        try folder.write("w\n", to: "/proc/sys/kernel/hostname")
        try folder.write(SampleNode.workerUnit, to: "/etc/systemd/system/k3s-edge.service")
        let node = try NodeInstallation.discover(in: folder.root)
        #expect(try run(node, "INSTALL_K3S_NAME=old\n").environment["INSTALL_K3S_NAME"]?.revealed == "edge")
        #expect(try run(node, "INSTALL_K3S_SKIP_ENV=true\n").environment["INSTALL_K3S_SKIP_ENV"] == nil)
    }

    @Test func aUnitThatTheInstallerCannotWriteIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("w\n", to: "/proc/sys/kernel/hostname")
        try folder.write(SampleNode.workerUnit, to: "/etc/systemd/system/k3s.service")
        let node = try NodeInstallation.discover(in: folder.root)
        let error = #expect(throws: NodeError.self) { try run(node, nil) }
        #expect(error?.code == .installerUnfit)
        #expect(error?.wayOut?.contains("--method binary") == true)
    }

    @Test func secretsAreInAFileOfItsOwnAndNowhereElse() async throws {
        let folder = try TemporaryFolder()
        let run = try run(SampleNode.worker(in: folder), SampleNode.workerEnvironment)
        let place = folder.path.appending("run")
        let file = place.appending("install.env")
        let scripted = ScriptedRunner { (_) in
            #expect(throws: Never.self) {
                #expect(try FileFacts(at: file)?.mode == .ownerReadWrite)
                #expect(try FileFacts(at: place)?.mode == .ownerReadWriteExecute)
                let text = String(decoding: try PlainFile.open(file).bytes(limit: 65536), as: UTF8.self)
                #expect(EnvironmentFile(parsing: text) == run.environment)
            }
            return .printed("")
        }
        let endedWell = try await run.run(
            step: "install", script: "/stage/install.sh", folder: place, systemd: Systemd(scripted.runner))
        #expect(endedWell)
        let command = try #require(scripted.commands.first)
        #expect(command.arguments.contains("--property=EnvironmentFile=\(file)"))
        #expect(command.arguments.suffix(3) == ["--", "/bin/sh", "/stage/install.sh"])
        #expect(!"\(command) \(command.environment) \(run)".contains("canary"))
        #expect(try FileFacts(at: file) == nil)
    }

    @Test(arguments: ["failed", "inactive"])
    func secretsGoHoweverItEnds(state: String) async throws {
        let folder = try TemporaryFolder()
        let run = try run(SampleNode.worker(in: folder), SampleNode.workerEnvironment)
        let place = folder.path.appending("run")
        let scripted = ScriptedRunner { (command) in
            guard command.arguments.first == "show" else { return .printed("", status: 1) }
            return .printed("LoadState=loaded\nActiveState=\(state)\nSubState=x\n")
        }
        let endedWell = try? await run.run(
            step: "install", script: "/stage/install.sh", folder: place, systemd: Systemd(scripted.runner))
        #expect(endedWell == (state == "failed" ? false : nil))
        #expect(try FileFacts(at: place.appending("install.env")) == nil)
    }
}
