/// One host of a lab.
package struct LabHost: Sendable, Hashable {
    package enum Role: String, Sendable {
        case server, worker
    }

    package let name: String
    /// In the lab's own network, which only the lab's hosts and its operator see.
    package let address: String
    package let role: Role

    /// Reads a line as `lab hosts` prints it.
    init(line: Substring) throws(LabError) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 3, let role = Role(rawValue: words[2]) else {
            throw LabError(.labFailed, "`lab hosts` printed '\(line)'", wayOut: "expected: name, address, role")
        }
        (name, address, self.role) = (words[0], words[1], role)
    }
}
