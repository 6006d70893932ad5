/// The body of a PATCH, by its content type.
enum PatchRequest {
    case merge(JSON)
    case strategicMerge(JSON)
    case operations(JSONPatch)

    init(_ request: Request) throws(APIError) {
        let body = try request.json()
        switch request.contentType {
        case "application/merge-patch+json": self = .merge(body)
        case "application/strategic-merge-patch+json": self = .strategicMerge(body)
        case "application/json-patch+json":
            do {
                self = .operations(try JSONPatch(body))
            } catch {
                throw .badRequest(error.message)
            }
        default:
            throw APIError(
                code: 415, reason: "UnsupportedMediaType",
                message: "the body of the request was in an unknown format - accepted media types include:"
                    + " application/json-patch+json, application/merge-patch+json,"
                    + " application/strategic-merge-patch+json")
        }
    }

    func applied(to object: JSON) throws(APIError) -> JSON {
        switch self {
        case .merge(let patch): return object.merged(with: patch)
        case .strategicMerge(let patch): return StrategicMergePatch.apply(patch, to: object)
        case .operations(let patch):
            do {
                return try patch.apply(to: object)
            } catch {
                // The real server keeps to itself which operation it was.
                throw APIError(
                    code: 422, reason: "Invalid",
                    message: "the server rejected our request due to an error in our request", details: [:])
            }
        }
    }
}
