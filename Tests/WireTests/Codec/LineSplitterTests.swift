import Testing

@testable import Wire

@Suite struct LineSplitterTests {
    private let stream = Array("first\n\nthird line\nrest".utf8)

    @Test func everyCutOfTheStreamGivesTheSameLines() throws {
        let whole = ["first", "", "third line"].map { Array($0.utf8) }
        for cut in 0...stream.count {
            var splitter = LineSplitter()
            let lines = try splitter.take(stream[..<cut]) + splitter.take(stream[cut...])
            #expect(lines == whole)
            #expect(try splitter.take([10]) == [Array("rest".utf8)])
        }
        var splitter = LineSplitter()
        #expect(try stream.flatMap { try splitter.take([$0]) } == whole)
    }

    @Test(arguments: 0...6)
    func theLimitHoldsWhereverTheStreamIsCut(_ cut: Int) throws {
        let fits = Array("12345".utf8)
        var splitter = LineSplitter(limit: 5)
        let head = fits.prefix(cut)
        #expect(try splitter.take(head) + splitter.take(fits.dropFirst(cut) + [10]) == [fits])
        var strict = LineSplitter(limit: 5)
        let long = Array("123456".utf8)
        #expect(throws: LineSplitter.TooLong(limit: 5)) {
            _ = try strict.take(long.prefix(cut))
            _ = try strict.take(long.dropFirst(cut))
        }
    }

    @Test func aLineThatIsTooLongIsRefusedThoughItEndsInTheSamePiece() {
        var splitter = LineSplitter(limit: 3)
        #expect(throws: LineSplitter.TooLong(limit: 3)) { try splitter.take(Array("ab\nabcd\n".utf8)) }
    }

    @Test func itsOwnLimitIsTheCodecs() { #expect(LineSplitter().limit == 1 << 20) }
}
