import AgentRuntime
import SystemPackage

/// A node's files as K3s' installer leaves them.
enum SampleNode {
    static let masterUnit = """
        [Unit]
        Description=Lightweight Kubernetes
        Documentation=https://k3s.io
        Wants=network-online.target
        After=network-online.target

        [Install]
        WantedBy=multi-user.target

        [Service]
        Type=notify
        EnvironmentFile=-/etc/default/%N
        EnvironmentFile=-/etc/sysconfig/%N
        EnvironmentFile=-/etc/systemd/system/k3s.service.env
        KillMode=process
        Delegate=yes
        TimeoutStartSec=0
        Restart=always
        RestartSec=5s
        ExecStartPre=/bin/sh -xc '! /usr/bin/systemctl is-enabled --quiet nm-cloud-setup.service 2>/dev/null'
        ExecStartPre=-/sbin/modprobe br_netfilter
        ExecStart=/usr/local/bin/k3s \\
            server \\
        \t'--write-kubeconfig-mode' \\
        \t'644' \\
        \t'--node-label' \\
        \t'note=a b' \\


        """

    static let workerUnit = """
        [Service]
        Type=exec
        EnvironmentFile=-/etc/default/%N
        EnvironmentFile=-/etc/sysconfig/%N
        EnvironmentFile=-/etc/systemd/system/k3s-agent.service.env
        KillMode=process
        ExecStart=/usr/local/bin/k3s \\
            agent \\


        """

    static let workerEnvironment = "K3S_TOKEN='canary-token-123'\nK3S_URL='https://192.168.2.20:6443'\n"

    static func master(in folder: TemporaryFolder) throws -> NodeInstallation {
        try folder.write("K3s-Master\n", to: "/proc/sys/kernel/hostname")
        try folder.write(masterUnit, to: "/etc/systemd/system/k3s.service", mode: [.ownerReadWrite, .otherRead])
        try folder.write("", to: "/etc/systemd/system/k3s.service.env")
        try folder.write("write-kubeconfig-mode: \"644\"\n", to: "/etc/rancher/k3s/config.yaml")
        try folder.write("the kubeconfig", to: "/etc/rancher/k3s/k3s.yaml")
        try folder.write("node-password", to: "/etc/rancher/node/password")
        try folder.write("K10canary::server:secret", to: "/var/lib/rancher/k3s/server/token")
        try folder.write(
            "#!/bin/sh\necho 'k3s version v1.34.3+k3s1 (48ffa7b6)'\necho 'go version go1.24.5'\n",
            to: "/usr/local/bin/k3s", mode: FilePermissions(rawValue: 0o755))
        return try NodeInstallation.discover(in: folder.root)
    }

    static func worker(in folder: TemporaryFolder) throws -> NodeInstallation {
        try folder.write("k3s-worker-01\n", to: "/proc/sys/kernel/hostname")
        try folder.write(workerUnit, to: "/etc/systemd/system/k3s-agent.service")
        try folder.write(workerEnvironment, to: "/etc/systemd/system/k3s-agent.service.env")
        try folder.write("old k3s", to: "/usr/local/bin/k3s", mode: FilePermissions(rawValue: 0o755))
        return try NodeInstallation.discover(in: folder.root)
    }
}
