import Foundation
import Fuzzing
import Testing

/// What the fuzzers are fed with, and what they once found, read by the same code in every test run.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Corpus")

    /// A folder of the corpus, or a file in one.
    struct Entry: Sendable, CustomTestStringConvertible {
        let target: String
        let name: String
        var testDescription: String { "\(target)/\(name)" }
    }

    private static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    static func entries() throws -> [Entry] {
        try names(in: folder).flatMap { target in
            try names(in: folder.appending(path: target)).map { Entry(target: target, name: $0) }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: try entries())
    func anInputOfTheCorpusBreaksNothing(_ entry: Entry) throws {
        let target = try #require(FuzzTarget(named: entry.target))
        let input = try Data(contentsOf: Self.folder.appending(path: entry.target).appending(path: entry.name))
        let took = try ContinuousClock().measure { try target.check(Array(input)) }
        // A fuzzer calls 10 s a hang; a debug build on a busy machine is slower than one.
        #expect(took < .seconds(30))
    }

    @Test func everyTargetHasACorpusAndNoFolderIsLeftOver() throws {
        #expect(try Self.names(in: Self.folder) == FuzzTarget.all.map(\.name).sorted())
    }
}
