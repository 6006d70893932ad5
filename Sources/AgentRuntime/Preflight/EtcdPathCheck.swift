package import Wire

/// 1.34 brings etcd 3.6, which is safely reached only from etcd 3.5.26 or later: K3s v1.33.7+k3s3.
package enum EtcdPathCheck {
    private static let stepping = K3sVersion("v1.33.7+k3s3")

    package static func findings(current: K3sVersion, target: K3sVersion, datastore: Datastore?) -> [Finding] {
        guard datastore == .etcd, let stepping, current < stepping, (target.major, target.minor) >= (1, 34) else {
            return []
        }
        return [
            Finding(
                .refusal, code: "etcd-path", about: "etcd",
                problem:
                    "\(target) brings etcd 3.6, which takes over only from etcd 3.5.26 or later; \(current) is older",
                wayOut: "upgrade to \(stepping) or a later release of \(stepping.channel) first")
        ]
    }
}
