import Simulation
import Testing

/// Two operators give the command at once: one of them goes on, or none.
@Suite struct RaceTests {
    @Test func oneWinsAThousandTimes() throws {
        var winners = 0
        for seed in UInt64(0)..<1_000 {
            let shape = seed % 2 == 0 ? (3, 0) : (1, 2)
            let outcome = Race(seed: seed, try options(shape.0, shape.1)).run(cut: [])
            #expect(outcome.winners <= 1, "seed \(seed)")
            #expect(outcome.breaches == [], "seed \(seed)")
            winners += outcome.winners
        }
        // With nothing in their way it would be a fault if nobody ever went on.
        #expect(winners > 900)
    }

    /// Each of the two sees any part of the three hosts: 64 ways to cut, 16 seeds each.
    @Test func oneWinsAtMostWhateverEachSees() throws {
        for way in 0..<64 {
            let cut = [0, 1].map { coordinator in (0..<3).filter { way >> (3 * coordinator + $0) & 1 == 1 } }
            for seed in UInt64(0)..<16 {
                let shape = seed % 2 == 0 ? (3, 0) : (1, 2)
                let outcome = Race(seed: seed, try options(shape.0, shape.1)).run(cut: cut)
                #expect(outcome.winners <= 1, "way \(way), seed \(seed)")
                #expect(outcome.breaches == [], "way \(way), seed \(seed)")
            }
        }
    }
}
