/// A value of which one is never meant, so that it can stand for `nil`.
protocol Vacant: Equatable, Sendable {
    /// That one.
    static var vacant: Self { get }

    /// Whether it is that one.
    var isVacant: Bool { get }
}

/// An optional in the room of its value; of a time alone, see ``MaybeTime``.
@propertyWrapper
struct Compact<Value: Vacant>: Equatable, Sendable {
    private var value: Value

    @inline(__always) init(wrappedValue: Value?) { value = wrappedValue ?? .vacant }

    var wrappedValue: Value? {
        @inline(__always) get { value.isVacant ? nil : value }
        @inline(__always) set { value = newValue ?? .vacant }
    }
}
