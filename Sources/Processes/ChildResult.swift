/// How a child ended and what it wrote.
package struct ChildResult: Sendable, Hashable {
    package enum Ending: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    package let ending: Ending
    package let output: [UInt8]
    /// The end of standard error, as much of it as was to be kept.
    package let errorOutput: String

    package init(ending: Ending, output: [UInt8] = [], errorOutput: String = "") {
        self.ending = ending
        self.output = output
        self.errorOutput = errorOutput
    }

    package var succeeded: Bool { ending == .exited(0) }

    package var outputText: String { String(decoding: output, as: UTF8.self) }
}

extension ChildResult.Ending: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal): "signal \(signal)"
        }
    }
}
