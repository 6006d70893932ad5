import Testing

@testable import CoordinatorCommands

@Suite struct MomentTests {
    @Test(arguments: [
        (0, "1970-01-01 00:00 UTC"), (1_763_800_000, "2025-11-22 08:26 UTC"), (.max, "an unknown time"),
        (.min, "an unknown time"), (67_768_036_191_676_799, "an unknown time"), (253_402_300_800, "an unknown time"),
    ])
    func isWrittenWhateverItsNumber(seconds: Int, text: String) { #expect(Moment.text(seconds) == text) }
}
