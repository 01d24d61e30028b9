/// A number that may be unsaid, in the eight bytes of one that is said: not a number stands for `nil`.
///
/// Reports and fixes are copied at every step of their way; an `Optional` of each number would double what is copied.
@propertyWrapper
public struct MaybeDouble: Equatable, Sendable {
    private var value = Double.nan

    public init(wrappedValue: Double?) { self.wrappedValue = wrappedValue }

    public var wrappedValue: Double? {
        get { value.isNaN ? nil : value }
        set { value = newValue ?? .nan }
    }

    public static func == (a: Self, b: Self) -> Bool { a.wrappedValue == b.wrappedValue }
}

/// A count that may be unsaid, in four bytes; one beyond ±2,147,483,647 is held there.
@propertyWrapper
public struct MaybeCount: Equatable, Sendable {
    private var value = Int32.min

    public init(wrappedValue: Int?) { self.wrappedValue = wrappedValue }

    public var wrappedValue: Int? {
        get { value == .min ? nil : Int(value) }
        set { value = newValue.map { max(Int32(clamping: $0), .min + 1) } ?? .min }
    }
}
