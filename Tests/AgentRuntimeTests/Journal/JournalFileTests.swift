import AgentCore
import SystemPackage
import Testing
import Wire

@testable import AgentRuntime

@Suite struct JournalFileTests {
    private let folder: TemporaryFolder
    private var place: FilePath { folder.path.appending("agent") }
    private var file: FilePath { place.appending("journal") }
    private let holder = Holder(who: "operator", machine: "laptop", process: 1, since: 0)

    init() throws { folder = try TemporaryFolder() }

    private func promise(_ counter: UInt64) -> Record { .promised(Epoch(counter: counter, process: 7), holder) }

    private func promised(_ opened: JournalFile.Opened) -> UInt64? { opened.state.promised?.counter }

    private func bytes() throws -> [UInt8] { try PlainFile.open(file).bytes(limit: 1 << 20) }

    @Test func whatWasAppendedIsThereAgain() throws {
        let journal = try JournalFile.open(in: place).journal
        try journal.append(promise(3))
        try journal.append(promise(4))
        let again = try JournalFile.open(in: place)
        #expect(promised(again) == 4)
        #expect(again.damaged == nil)
        #expect(try FileFacts(at: file)?.mode == .ownerReadWrite)
    }

    /// Any piece of the last line may be missing after a loss of power: the records before it count.
    @Test func aTornLastLineIsLeftOut() throws {
        try JournalFile.open(in: place).journal.append(promise(3))
        let before = try bytes()
        try JournalFile.open(in: place).journal.append(promise(4))
        let whole = try bytes()
        let record = try JournalLine.encode(promise(5))
        for length in [1, 9, record.count / 2, record.count - 2] {
            try Durable.replace(file, with: whole + record.prefix(length), mode: .ownerReadWrite)
            try Durable.remove(place.appending("promise"))
            let opened = try JournalFile.open(in: place)
            #expect(promised(opened) == 4, "\(length) bytes")
            #expect(opened.damaged == nil)
        }
        #expect(before != whole)
    }

    @Test func aDamagedJournalIsSetAsideAndWhatIsFencedOffStaysSo() throws {
        let journal = try JournalFile.open(in: place).journal
        for counter in 3...6 { try journal.append(promise(UInt64(counter))) }
        var damaged = try bytes()
        damaged[damaged.count / 2] ^= 1
        try Durable.replace(file, with: damaged, mode: .ownerReadWrite)
        let opened = try JournalFile.open(in: place)
        let aside = try #require(opened.damaged)
        #expect(try PlainFile.open(aside).bytes(limit: 1 << 20) == damaged)
        #expect(promised(opened) == 6)
        #expect(try JournalFile.open(in: place).damaged == nil)
    }

    @Test(arguments: ["", "k3s-upgrade-journal 2\n", "something else\n"])
    func whatIsNoJournalOfThisFormatIsSetAside(text: String) throws {
        try Durable.createFolder(place, mode: .ownerReadWriteExecute)
        try Durable.replace(file, with: Array(text.utf8), mode: .ownerReadWrite)
        let opened = try JournalFile.open(in: place)
        #expect(opened.damaged != nil)
        #expect(opened.state.promised == nil)
    }

    /// A disk that takes a piece of a line and no more, or takes it and cannot flush it.
    @Test(arguments: [0, 1, 40, 10_000]) func nothingStaysOfARecordThatCouldNotBeWritten(taken: Int) throws {
        var isFull = false
        let opened = try JournalFile.open(in: place) { (descriptor, bytes) in
            guard isFull else { return _ = try descriptor.writeAll(bytes) }
            _ = try descriptor.writeAll(bytes.prefix(taken))
            throw Errno.noSpace
        }
        try opened.journal.append(promise(3))
        let before = try bytes()
        isFull = true
        for _ in 0..<3 {
            let error = #expect(throws: NodeError.self) { try opened.journal.append(.concluded) }
            #expect(error?.code == .journalUnwritable)
            #expect(try bytes() == before)
        }
        isFull = false
        try opened.journal.append(promise(4))
        let again = try JournalFile.open(in: place)
        #expect(again.damaged == nil)
        #expect(promised(again) == 4)
    }

    /// A disk with no room but the reserve's.
    @Test func onAFullDiskTheReserveTakesWhatAStepHasYetToSay() throws {
        var isFull = false
        let reserve = place.appending("reserve")
        let opened = try JournalFile.open(in: place) { (descriptor, bytes) in
            if isFull, try FileFacts(at: reserve) != nil { throw Errno.noSpace }
            _ = try descriptor.writeAll(bytes)
        }
        #expect(try FileFacts(at: reserve)?.size == Int64(JournalReserve.size))
        isFull = true
        try opened.journal.append(promise(3))
        try opened.journal.append(promise(4))
        #expect(try FileFacts(at: reserve) == nil)
        try opened.journal.requireRoom()
        #expect(try FileFacts(at: reserve)?.size == Int64(JournalReserve.size))
        #expect(promised(try JournalFile.open(in: place)) == 4)
    }

    @Test func itsGrowthIsBoundedAndNothingIsLostByThat() throws {
        let opened = try JournalFile.open(in: place, growth: 2_000) { (descriptor, bytes) in
            _ = try descriptor.writeAll(bytes)
        }
        for counter in 1...200 {
            try opened.journal.append(promise(UInt64(counter)))
            #expect(try bytes().count < 4_000)
            guard counter % 40 == 0 else { continue }
            let found = try #require(JournalFile.records(in: try bytes()))
            #expect(AgentState(records: found).promised?.counter == UInt64(counter))
        }
        #expect(promised(try JournalFile.open(in: place)) == 200)
    }
}
