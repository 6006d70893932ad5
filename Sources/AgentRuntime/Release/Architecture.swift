internal import Glibc
package import Wire

extension Architecture {
    /// This machine's.
    package static func current() throws(NodeError) -> Architecture {
        var name = utsname()
        _ = uname(&name)
        let machine = withUnsafePointer(to: &name.machine) { field in
            field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
                String(cString: $0)
            }
        }
        guard let architecture = Architecture(machine: machine) else {
            throw NodeError(.architectureUnknown, "there is no K3s release for this machine, \(machine)")
        }
        return architecture
    }
}

extension NodeError.Code {
    package static let architectureUnknown = Self(rawValue: "architecture-unknown")
}
