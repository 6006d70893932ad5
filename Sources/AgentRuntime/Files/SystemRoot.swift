package import SystemPackage

/// Where `/` is: the real one on a node, a folder of its own in a test.
package struct SystemRoot: Hashable, Sendable {
    package let prefix: FilePath

    package static let real = SystemRoot("/")

    package init(_ prefix: FilePath) { self.prefix = prefix }

    /// The place of an absolute path below this root.
    package func path(_ absolute: FilePath) -> FilePath { prefix.appending(absolute.removingRoot().components) }
}
