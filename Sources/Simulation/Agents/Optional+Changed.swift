extension Optional {
    /// Changes what is there in its place: a copy would make every array in it be copied too.
    mutating func changed<Result>(_ change: (inout Wrapped) -> Result) -> Result? {
        switch consume self {
        case .some(var value):
            let result = change(&value)
            self = .some(value)
            return result
        case .none:
            self = .none
            return nil
        }
    }
}
