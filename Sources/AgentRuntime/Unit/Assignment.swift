extension StringProtocol where SubSequence == Substring {
    /// The name before the first equals sign and the value behind it; nil without one. By scalars: a combining mark makes
    /// another Character of the sign before it, to systemd and k3s it is the value's first byte.
    var assignment: (name: Substring, value: Substring)? {
        let text = self[...]
        guard let equals = text.unicodeScalars.firstIndex(of: "=") else { return nil }
        return (text[..<equals], text[text.unicodeScalars.index(after: equals)...])
    }
}

extension Substring {
    var trimmingBlanks: Substring {
        let front = drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return front.lastIndex { $0 != " " && $0 != "\t" && $0 != "\r" }.map { front[...$0] } ?? ""
    }
}
