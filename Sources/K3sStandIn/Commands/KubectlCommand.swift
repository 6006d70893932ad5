internal import Glibc

/// `k3s kubectl …`: becomes the real kubectl, with K3s' kubeconfig unless another is named.
enum KubectlCommand {
    static func run(_ arguments: [String]) -> Never {
        let settings = Settings.ofThisHost()
        let named = arguments.contains { $0 == "--kubeconfig" || $0.hasPrefix("--kubeconfig=") }
        let config = settings.root + "/etc/rancher/k3s/k3s.yaml"
        if !named, getenv("KUBECONFIG").map({ $0.pointee == 0 }) ?? true, Files.exists(config) {
            setenv("KUBECONFIG", config, 1)
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = (["kubectl"] + arguments).map { strdup($0) }
        pointers.append(nil)
        execv(settings.kubectl, pointers)
        Log.fatal("cannot run \(settings.kubectl): \(String(cString: strerror(errno)))")
    }
}
