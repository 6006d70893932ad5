/// The part of an object's metadata that anybody here looks at.
package struct ObjectMetadata: Sendable, Equatable, Decodable {
    package struct Owner: Sendable, Equatable, Decodable {
        package let kind: String
        package let name: String
        package let controller: Bool?
    }

    package let name: String
    package let namespace: String?
    package let uid: String?
    package let resourceVersion: String?
    package let generation: Int64?
    package let labels: [String: String]?
    package let annotations: [String: String]?
    /// The time as text; present means that the object is going.
    package let deletionTimestamp: String?
    package let ownerReferences: [Owner]?

    /// The owner that would make the object anew.
    package var controller: Owner? { ownerReferences?.first { $0.controller == true } }
}
