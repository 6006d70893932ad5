internal import SystemPackage

extension Inventory {
    /// The inventory in a file.
    package static func load(_ path: String) throws(InventoryError) -> Inventory {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.bytes(FilePath(path), limit: longestFile)
        } catch {
            let problem = InventoryProblem(
                .unreadable, "it cannot be read: \(error)",
                wayOut: "give its path with --inventory, or write one: the README has one to start from")
            throw InventoryError(file: path, problems: [problem])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InventoryError(
                file: path, problems: [InventoryProblem(.syntax, "it is not UTF-8", wayOut: "save it as UTF-8")])
        }
        return try Inventory(yaml: text, file: path)
    }
}
