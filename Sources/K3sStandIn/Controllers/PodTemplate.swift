internal import Hashing

/// Pods made from a workload's template.
enum PodTemplate {
    /// Names one revision of a template, as `pod-template-hash` does.
    static func hash(_ template: JSON) -> String {
        let digits = Array("bcdfghjklmnpqrst")
        let hash = SHA256.hex(of: template.bytes).prefix(10)
        return String(hash.map { digits[$0.hexDigitValue ?? 0] })
    }

    /// A pod of `owner`, with a generated name unless one is given.
    static func pod(of owner: JSON, name: String? = nil, labels: [String: String] = [:], node: String? = nil) -> JSON {
        let template = owner["spec"]["template"]
        var pod: JSON = ["metadata": template["metadata"], "spec": template["spec"]]
        pod["metadata"]["creationTimestamp"] = .null
        if let name {
            pod["metadata"]["name"] = .string(name)
        } else {
            pod["metadata"]["generateName"] = .string(owner.name + "-")
        }
        for (label, value) in labels { pod["metadata"]["labels"][label] = .string(value) }
        pod["metadata"]["ownerReferences"] = [owner.ownerReference]
        if let node { pod["spec"]["nodeName"] = .string(node) }
        return pod
    }
}

extension ObjectAPI {
    /// The pods a workload answers for.
    func pods(of owner: JSON) -> [JSON] {
        list(.pods, namespace: owner.namespace).filter { $0.isControlled(by: owner) }
    }
}
