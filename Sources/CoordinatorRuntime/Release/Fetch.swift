internal import SystemPackage

/// One thing to fetch, with all its bounds.
package struct Fetch: Hashable, Sendable {
    package let address: SiteAddress
    /// Most bytes taken.
    package let limit: Int
    /// For the whole transfer.
    package let deadline: Duration
    /// The file that it is written into, for what is large; nil hands the bytes back.
    var destination: FilePath?

    package init(_ address: SiteAddress, limit: Int, deadline: Duration = .seconds(30)) {
        self.address = address
        self.limit = limit
        self.deadline = deadline
    }
}

/// Why something could not be fetched.
package enum FetchFailure: Error, Hashable, Sendable {
    /// The server answers, with this HTTP status.
    case status(Int)
    /// No answer: name, network, time or certificate. The text is for people.
    case unreachable(String)
    case tooLarge(limit: Int)
    /// The fetching program itself failed.
    case notRun(String)
}

extension FetchFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .status(let status): "the server answers with HTTP status \(status)"
        case .unreachable(let reason): reason
        case .tooLarge(let limit): "it is larger than \(limit) bytes"
        case .notRun(let reason): reason
        }
    }
}

/// Fetches; a value around a function, so that a test can put its own in the place.
package struct Fetcher: Sendable {
    package typealias Run = @Sendable (Fetch) async throws(FetchFailure) -> [UInt8]

    private let execute: Run

    package init(_ execute: @escaping Run) { self.execute = execute }

    package func bytes(_ fetch: Fetch) async throws(FetchFailure) -> [UInt8] { try await execute(fetch) }
}
