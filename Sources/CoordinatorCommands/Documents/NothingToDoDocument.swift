/// `-o json` of a command that found nothing left to do.
package struct NothingToDoDocument: Hashable, Sendable, Encodable {
    package let format: Int
    package let nothingToDo: String

    package init(_ reason: String) {
        format = JSONText.format
        nothingToDo = reason
    }
}
