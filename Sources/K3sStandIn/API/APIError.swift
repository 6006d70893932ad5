/// A request the API refuses: the parts of the Status object a real API server answers with.
struct APIError: Error, Equatable {
    let code: Int
    let reason: String
    let message: String
    var details: JSON = .null
    /// Seconds, for the Retry-After header.
    var retryAfter: Int?

    var status: JSON {
        var status: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .int(code),
        ]
        var details = details
        if let retryAfter { details["retryAfterSeconds"] = .int(retryAfter) }
        status["details"] = details
        return status
    }

    static let unauthorized = APIError(code: 401, reason: "Unauthorized", message: "Unauthorized")

    static func badRequest(_ message: String) -> APIError {
        APIError(code: 400, reason: "BadRequest", message: message)
    }

    static func forbidden(_ message: String) -> APIError { APIError(code: 403, reason: "Forbidden", message: message) }

    static func notFound(_ resource: Resource, _ name: String) -> APIError {
        APIError(
            code: 404, reason: "NotFound", message: "\(resource.qualifiedName) \"\(name)\" not found",
            details: details(resource, name))
    }

    /// No such path.
    static let noSuchPath = APIError(
        code: 404, reason: "NotFound", message: "the server could not find the requested resource", details: [:])

    static func alreadyExists(_ resource: Resource, _ name: String) -> APIError {
        APIError(
            code: 409, reason: "AlreadyExists", message: "\(resource.qualifiedName) \"\(name)\" already exists",
            details: details(resource, name))
    }

    static func conflict(_ resource: Resource, _ name: String, _ why: String = modified) -> APIError {
        APIError(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(resource.qualifiedName) \"\(name)\": \(why)",
            details: details(resource, name))
    }

    static let modified =
        "the object has been modified; please apply your changes to the latest version and try again"

    static func invalid(_ resource: Resource, _ name: String, field: String, _ why: String) -> APIError {
        var details = details(resource, name)
        details["kind"] = .string(resource.kind)
        details["causes"] = [["reason": "FieldValueInvalid", "message": .string(why), "field": .string(field)]]
        let kind = resource.group.isEmpty ? resource.kind : "\(resource.kind).\(resource.group)"
        return APIError(
            code: 422, reason: "Invalid", message: "\(kind) \"\(name)\" is invalid: \(field): \(why)", details: details)
    }

    static func datastore(_ error: DatastoreError) -> APIError {
        APIError(code: 500, reason: "InternalError", message: "Internal error occurred: \(error.message)")
    }

    static func details(_ resource: Resource, _ name: String) -> JSON {
        var details: JSON = ["name": .string(name), "kind": .string(resource.plural)]
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        return details
    }
}
