/// K3s' `config.yaml`, as far as people write it: flat keys with a scalar or a list of scalars.
enum ConfigFile {
    /// Reads the file and the `.yaml` files of its `.d` folder, later ones winning.
    static func read(_ path: String) -> [String: [String]] {
        var result = Files.readText(path).map(parse) ?? [:]
        for name in Files.names(in: path + ".d") where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let more = Files.readText("\(path).d/\(name)").map(parse) ?? [:]
            for (key, values) in more {
                // `key+` adds to what the files before said.
                if key.hasSuffix("+") {
                    result[String(key.dropLast()), default: []] += values
                } else {
                    result[key] = values
                }
            }
        }
        return result
    }

    static func parse(_ text: String) -> [String: [String]] {
        var result: [String: [String]] = [:]
        var openKey: String?
        for line in text.split(separator: "\n") {
            let content = withoutComment(line).trimmed
            if content.isEmpty || content == "---" { continue }
            if content.hasPrefix("-"), let key = openKey {
                result[key, default: []].append(unquoted(content.dropFirst().trimmed))
            } else if let colon = content.firstIndex(of: ":") {
                let key = unquoted(content[..<colon].trimmed)
                let value = content[content.index(after: colon)...].trimmed
                openKey = key
                if value.hasPrefix("["), value.hasSuffix("]") {
                    result[key] = value.dropFirst().dropLast().split(separator: ",").map { unquoted($0.trimmed) }
                } else {
                    result[key] = value.isEmpty ? [] : [unquoted(value)]
                }
            }
        }
        return result
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        if line.trimmed.hasPrefix("#") { return "" }
        guard let mark = line.range(of: " #") else { return line }
        return line[..<mark]
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}

extension Substring {
    /// Where `text` first begins here, as the index before it.
    fileprivate func range(of text: String) -> Index? {
        indices.first { self[$0...].hasPrefix(text) }
    }
}
