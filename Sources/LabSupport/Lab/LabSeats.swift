/// Bounds how many hosts run at once in this process: each systemd takes some eight of the 128 inotify instances that the
/// kernel grants a user, and tests must not change the machine's settings.
actor LabSeats {
    static let shared = LabSeats(seats: 12)

    private let seats: Int
    private var taken = 0
    private var waiting: [(hosts: Int, turn: CheckedContinuation<Void, Never>)] = []

    init(seats: Int) {
        self.seats = seats
    }

    /// Waits until so many hosts have room; a lab that is larger than the room has it alone.
    ///
    /// Whoever fits goes first, so that a test which holds one lab can start a second while a large one waits.
    func take(_ hosts: Int) async {
        if fits(hosts) {
            taken += hosts
            return
        }
        await withCheckedContinuation { waiting.append((hosts, $0)) }
    }

    func give(_ hosts: Int) {
        taken -= hosts
        while let index = waiting.firstIndex(where: { fits($0.hosts) }) {
            let next = waiting.remove(at: index)
            taken += next.hosts
            next.turn.resume()
        }
    }

    private func fits(_ hosts: Int) -> Bool {
        taken == 0 || taken + hosts <= seats
    }
}
