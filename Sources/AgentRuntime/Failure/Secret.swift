/// A token, a password, a datastore's address with credentials in it: a text that never prints.
///
/// Whoever needs the text says so by asking for `revealed`; interpolating, dumping or describing gives nothing away.
package struct Secret: Hashable, Sendable {
    package let revealed: String

    package init(_ text: String) { revealed = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
