/// The checks that a client of the lab may run into.
enum Validation {
    static func check(_ object: JSON, _ resource: Resource) throws(APIError) {
        switch resource {
        case .leases:
            for field in ["renewTime", "acquireTime"] { try checkMicroTime(object["spec"][field], resource) }
        case .deployments, .replicaSets, .statefulSets, .daemonSets:
            guard let selector = LabelSelector(object: object["spec"]["selector"]) else {
                throw .invalid(resource, object.name, field: "spec.selector", "Required value")
            }
            let labels = object["spec"]["template"].labels
            guard selector.matches(labels) else {
                throw .invalid(
                    resource, object.name, field: "spec.template.metadata.labels",
                    "Invalid value: \(JSON(strings: labels).text): `selector` does not match template `labels`")
            }
        case .pods:
            guard !object["spec"]["containers"].elements.isEmpty else {
                throw .invalid(resource, object.name, field: "spec.containers", "Required value")
            }
        case .disruptionBudgets:
            let spec = object["spec"]
            if !spec["minAvailable"].isNull, !spec["maxUnavailable"].isNull {
                throw .invalid(
                    resource, object.name, field: "spec",
                    "Invalid value: minAvailable and maxUnavailable cannot be both set")
            }
        default: return
        }
    }

    /// A MicroTime must have its six digits behind the point: `…:00Z` is refused with 400.
    private static func checkMicroTime(_ value: JSON, _ resource: Resource) throws(APIError) {
        guard let text = value.string else { return }
        let fraction = text.split(separator: ".").last ?? ""
        guard fraction.count == 7, text.count == 27, Timestamp(text) != nil else {
            throw .badRequest(
                "\(resource.kind) in version \"v1\" cannot be handled as a \(resource.kind): parsing time \"\(text)\" as"
                    + " \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"Z\" as \".000000\"")
        }
    }
}
