/// K3s' own flags: what `server` and `agent` take. Flags that mean nothing to the stand-in are accepted as K3s accepts
/// them; any other flag is fatal at start, as a removed flag is.
enum FlagTable {
    /// One-letter names and older spellings.
    static let aliases = ["s": "server", "t": "token", "d": "data-dir", "c": "config", "o": "write-kubeconfig"]

    /// Flags without a value that both commands take.
    static let commonSwitches: Set<String> = [
        "alsologtostderr", "debug", "disable-apiserver-lb", "disable-default-registry-endpoint", "docker",
        "enable-pprof",
        "log-to-stderr", "prefer-bundled-bin", "protect-kernel-defaults", "rootless", "selinux", "with-node-id",
    ]

    /// Flags without a value that only a server takes.
    static let serverSwitches: Set<String> = [
        "cluster-init", "cluster-reset", "disable-agent", "disable-apiserver", "disable-cloud-controller",
        "disable-controller-manager", "disable-etcd", "disable-helm-controller", "disable-kube-proxy",
        "disable-network-policy", "disable-scheduler", "embedded-registry", "etcd-disable-snapshots",
        "etcd-expose-metrics", "etcd-s3", "etcd-s3-insecure", "etcd-s3-skip-ssl-verify", "etcd-snapshot-compress",
        "flannel-external-ip", "flannel-ipv6-masq", "kine-tls", "multi-cluster-cidr", "secrets-encryption",
        "supervisor-metrics",
    ]

    /// Flags with a value that both commands take.
    static let common: Set<String> = [
        "config", "data-dir", "token", "token-file", "server", "node-name", "node-ip", "node-external-ip",
        "node-internal-dns", "node-external-dns", "node-label", "node-taint", "kubelet-arg", "kube-proxy-arg",
        "container-runtime-endpoint", "pause-image", "private-registry", "resolv-conf", "flannel-iface", "flannel-conf",
        "flannel-cni-conf", "image-credential-provider-bin-dir", "image-credential-provider-config", "lb-server-port",
        "log", "v", "vmodule", "snapshotter", "system-default-registry", "airgap-extra-registry", "bind-address",
        "default-runtime", "image-service-endpoint", "vpn-auth", "vpn-auth-file",
    ]

    /// Flags with a value that only a server takes.
    static let server: Set<String> = [
        "advertise-address", "advertise-port", "agent-token", "agent-token-file", "cluster-cidr", "cluster-dns",
        "cluster-domain", "egress-selector-mode", "cluster-reset-restore-path", "datastore-cafile",
        "datastore-certfile", "datastore-endpoint",
        "datastore-keyfile", "default-local-storage-path", "disable", "etcd-arg", "etcd-s3-access-key",
        "etcd-s3-bucket",
        "etcd-s3-config-secret", "etcd-s3-endpoint", "etcd-s3-endpoint-ca", "etcd-s3-folder", "etcd-s3-proxy",
        "etcd-s3-region", "etcd-s3-secret-key", "etcd-s3-session-token", "etcd-s3-timeout", "etcd-snapshot-dir",
        "etcd-snapshot-name", "etcd-snapshot-retention", "etcd-snapshot-schedule-cron", "flannel-backend",
        "helm-job-image", "https-listen-port", "kube-apiserver-arg", "kube-cloud-controller-manager-arg",
        "kube-controller-manager-arg", "kube-scheduler-arg", "secrets-encryption-provider", "service-cidr",
        "service-node-port-range", "servicelb-namespace", "tls-san", "tls-san-security", "write-kubeconfig",
        "write-kubeconfig-group", "write-kubeconfig-mode", "datastore-max-open-connections", "node-cidr",
        "etcd-snapshot-reconcile-interval",
    ]

    static func takesValue(_ name: String, isServer: Bool) -> Bool? {
        if commonSwitches.contains(name) || isServer && serverSwitches.contains(name) { return false }
        return common.contains(name) || isServer && server.contains(name) ? true : nil
    }
}
