/// The fields every Kubernetes object has.
extension JSON {
    var name: String { self["metadata"]["name"].string ?? "" }
    var namespace: String { self["metadata"]["namespace"].string ?? "" }
    var uid: String { self["metadata"]["uid"].string ?? "" }
    var labels: [String: String] { self["metadata"]["labels"].strings }
    var annotations: [String: String] { self["metadata"]["annotations"].strings }
    var generation: Int { self["metadata"]["generation"].int ?? 0 }
    /// The datastore's revision of this object; 0 if it never was there.
    var revision: Int { self["metadata"]["resourceVersion"].string.flatMap { Int($0) } ?? 0 }
    var isBeingDeleted: Bool { self["metadata"]["deletionTimestamp"].string != nil }

    /// The owner that answers for this object's existence.
    var controller: JSON? { self["metadata"]["ownerReferences"].elements.first { $0["controller"].bool == true } }

    func isControlled(by owner: JSON) -> Bool { controller?["uid"].string == owner.uid }

    /// An owner reference to this object.
    var ownerReference: JSON {
        [
            "apiVersion": self["apiVersion"], "kind": self["kind"], "name": .string(name), "uid": .string(uid),
            "controller": true, "blockOwnerDeletion": true,
        ]
    }

    /// A condition of the status, by its type.
    func condition(_ type: String) -> JSON? {
        self["status"]["conditions"].elements.first { $0["type"].string == type }
    }

    func hasCondition(_ type: String) -> Bool { condition(type)?["status"] == "True" }

    /// Sets a condition; `lastTransitionTime` moves only when its status does.
    mutating func setCondition(_ type: String, _ status: String, reason: String, message: String = "") {
        var conditions = self["status"]["conditions"].elements
        var condition: JSON = [
            "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
            "lastTransitionTime": .string(Timestamp.now.time),
        ]
        if let index = conditions.firstIndex(where: { $0["type"].string == type }) {
            if conditions[index]["status"].string == status {
                condition["lastTransitionTime"] = conditions[index]["lastTransitionTime"]
            }
            conditions[index] = conditions[index].merged(with: condition)
        } else {
            conditions.append(condition)
        }
        self["status"]["conditions"] = .array(conditions)
    }

    /// A pod that has run to its end.
    var isFinishedPod: Bool { ["Succeeded", "Failed"].contains(self["status"]["phase"].string) }
    /// A pod that serves.
    var isReadyPod: Bool { hasCondition("Ready") && !isBeingDeleted }
    var nodeName: String? { self["spec"]["nodeName"].string.flatMap { $0.isEmpty ? nil : $0 } }
}

/// A random version-4 UUID in lower case.
func newUID() -> String {
    let digits = Array("0123456789abcdef")
    let variants = Array("89ab")
    return String(
        "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".map { character in
            switch character {
            case "x": digits.randomElement() ?? "0"
            case "y": variants.randomElement() ?? "8"
            default: character
            }
        })
}

/// Five characters as Kubernetes puts behind generated names.
func newNameSuffix() -> String {
    let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    return String((0..<5).map { _ in alphabet.randomElement() ?? "x" })
}
