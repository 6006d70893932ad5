internal import Synchronization

/// Asks the operator for the passphrases of keys, one at a time: many nodes want that of the same key at once, and get the
/// same answer. Those for which it was wrong get the next one together.
package actor PassphrasePrompts {
    private let ask: @Sendable (_ file: String) async -> String?
    /// To each file what was answered, in the order of the questions.
    private var answers: [String: [Task<String?, Never>]] = [:]
    private var last: Task<String?, Never>?

    /// - Parameter ask: gives nil where nobody answers.
    package init(_ ask: @escaping @Sendable (_ file: String) async -> String? = PassphraseTerminal.ask) {
        self.ask = ask
    }

    /// The prompt of one login, which asks for a file again when the answer before was wrong.
    package nonisolated func prompt() -> @Sendable (_ file: String) async -> String? {
        let login = Login()
        return { file in await self.answer(to: login.next(file), for: file) }
    }

    private final class Login: Sendable {
        private let asked = Mutex<[String: Int]>([:])

        func next(_ file: String) -> Int {
            asked.withLock { asked in
                defer { asked[file, default: 0] += 1 }
                return asked[file, default: 0]
            }
        }
    }

    private func answer(to question: Int, for file: String) async -> String? {
        if let given = answers[file], question < given.count { return await given[question].value }
        let task = Task { [ask, last] in
            _ = await last?.value
            return await ask(file)
        }
        answers[file, default: []].append(task)
        last = task
        return await task.value
    }
}
