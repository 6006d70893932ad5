/// Binds claims to volumes, and provides volumes for claims of the class `local-path`.
@MainActor struct VolumeController: Controller {
    let api: ObjectAPI

    func reconcile() async throws(APIError) {
        for volume in api.list(.persistentVolumes) where volume["status"]["phase"] == "Pending" {
            try await api.updateStatus(.persistentVolumes, volume) {
                if $0["status"]["phase"] == "Pending" { $0["status"]["phase"] = "Available" }
            }
        }
        // Another server's controller may have been at it at the same time, and stopped between two writes.
        for claim in api.list(.persistentVolumeClaims) where claim["status"]["phase"] == "Bound" {
            let volume = api.find(.persistentVolumes, "", claim["spec"]["volumeName"].string ?? "")
            if let volume, volume["status"]["phase"] != "Bound", volume["spec"]["claimRef"]["uid"].string == claim.uid {
                try await api.updateStatus(.persistentVolumes, volume) { $0["status"]["phase"] = "Bound" }
            }
        }
        for claim in api.list(.persistentVolumeClaims) where claim["status"]["phase"] != "Bound" {
            if let volume = api.list(.persistentVolumes).first(where: { Self.fits($0, claim) }) {
                try await bind(claim, volume)
            } else if claim["spec"]["storageClassName"].string ?? "local-path" == "local-path" {
                try await provide(for: claim)
            }
        }
        for volume in api.list(.persistentVolumes) where volume["status"]["phase"] == "Bound" {
            let reference = volume["spec"]["claimRef"]
            let claim = api.find(
                .persistentVolumeClaims, reference["namespace"].string ?? "", reference["name"].string ?? "")
            if claim?.uid == reference["uid"].string { continue }
            if volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete" {
                try await api.delete(.persistentVolumes, "", volume.name)
            } else {
                try await api.updateStatus(.persistentVolumes, volume) { $0["status"]["phase"] = "Released" }
            }
        }
    }

    private static func fits(_ volume: JSON, _ claim: JSON) -> Bool {
        guard volume["status"]["phase"] == "Available", !volume.isBeingDeleted else { return false }
        let reference = volume["spec"]["claimRef"]
        if !reference.isNull {
            return reference["name"].string == claim.name && reference["namespace"].string == claim.namespace
        }
        if let name = claim["spec"]["volumeName"].string { return name == volume.name }
        return (volume["spec"]["storageClassName"].string ?? "") == (claim["spec"]["storageClassName"].string ?? "")
    }

    private func bind(_ claim: JSON, _ volume: JSON) async throws(APIError) {
        let reference: JSON = [
            "kind": "PersistentVolumeClaim", "apiVersion": "v1", "name": .string(claim.name),
            "namespace": .string(claim.namespace), "uid": .string(claim.uid),
        ]
        try await api.update(.persistentVolumes, "", volume.name) { (old) throws(APIError) in
            var new = old
            new["spec"]["claimRef"] = reference
            return new
        }
        try await api.updateStatus(.persistentVolumes, volume) { $0["status"]["phase"] = "Bound" }
        try await api.update(.persistentVolumeClaims, claim.namespace, claim.name) { (old) throws(APIError) in
            var new = old
            new["spec"]["volumeName"] = .string(volume.name)
            return new
        }
        try await api.updateStatus(.persistentVolumeClaims, claim) { claim in
            claim["status"] = [
                "phase": "Bound", "capacity": volume["spec"]["capacity"], "accessModes": volume["spec"]["accessModes"],
            ]
        }
    }

    private func provide(for claim: JSON) async throws(APIError) {
        let volume: JSON = [
            "metadata": ["name": .string("pvc-\(claim.uid)")],
            "spec": [
                "capacity": claim["spec"]["resources"]["requests"], "accessModes": claim["spec"]["accessModes"],
                "storageClassName": "local-path", "persistentVolumeReclaimPolicy": "Delete",
                "claimRef": ["name": .string(claim.name), "namespace": .string(claim.namespace)],
                "hostPath": ["path": .string("/var/lib/rancher/k3s/storage/pvc-\(claim.uid)")],
            ],
        ]
        try await api.create(.persistentVolumes, "", volume)
    }
}
