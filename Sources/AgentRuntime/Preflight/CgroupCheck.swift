internal import SystemPackage
package import Wire

/// From 1.35 the kubelet refuses to start on a host with version 1 of control groups.
package enum CgroupCheck {
    /// Whether this host has the unified hierarchy, version 2: only its root has this file.
    package static func isUnified(in root: SystemRoot) throws(NodeError) -> Bool {
        try FileFacts(at: root.path("/sys/fs/cgroup/cgroup.controllers"), following: true) != nil
    }

    package static func findings(
        target: K3sVersion, isUnified: Bool, configuration: K3sConfiguration
    ) throws(NodeError) -> [Finding] {
        guard (target.major, target.minor) >= (1, 35), !isUnified else { return [] }
        let allowed = try configuration.list(.kubeletArgument).last { $0.revealed.hasPrefix("fail-cgroupv1=") }
        guard allowed?.revealed != "fail-cgroupv1=false" else { return [] }
        return [
            Finding(
                .refusal, code: "cgroup-v1", about: "/sys/fs/cgroup",
                problem: "this host uses cgroup v1, with which the kubelet of \(target) does not start",
                wayOut: "boot the host with cgroup v2 (an LXC container: its host), or give k3s "
                    + "--kubelet-arg=fail-cgroupv1=false")
        ]
    }
}
