/// Something that has to hold for every input does not.
package struct Broken: Error, CustomStringConvertible {
    package let description: String
}

/// - Parameter what: that which does not hold, in words.
func demand(_ holds: Bool, _ what: @autoclosure () -> String) throws(Broken) {
    guard holds else { throw Broken(description: what()) }
}
