extension JSON {
    /// This value changed by a merge patch (RFC 7396): null removes, arrays are replaced whole.
    func merged(with patch: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var result = isObject ? self : .object([:])
        for (field, change) in changes {
            result[field] = change.isNull ? .null : result[field].merged(with: change)
        }
        return result
    }
}
