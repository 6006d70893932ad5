/// A large value behind one reference, so that what holds it is cheap to copy: members are copied at every input.
final class Boxed<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
