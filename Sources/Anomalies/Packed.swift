internal import Positioning

/// A whole number in eight bytes that may lie at any multiple of four: states end in odd bytes, and what comes behind them is
/// not to begin at the next multiple of eight.
struct PackedInteger: Equatable, Sendable {
    private var low: UInt32
    private var high: Int32

    @inline(__always) init(_ value: Int64) {
        low = UInt32(truncatingIfNeeded: value)
        high = Int32(truncatingIfNeeded: value >> 32)
    }

    @inline(__always) var value: Int64 { Int64(high) << 32 | Int64(low) }

    @inline(__always) static func == (a: Self, b: Self) -> Bool { a.value == b.value }
}

/// A time, packed so.
@propertyWrapper
struct PackedTime: Equatable, Sendable {
    private var microseconds: PackedInteger

    @inline(__always) init(wrappedValue: Timestamp) { microseconds = PackedInteger(wrappedValue.microseconds) }

    @inline(__always) var wrappedValue: Timestamp {
        get { Timestamp(microseconds: microseconds.value) }
        set { microseconds = PackedInteger(newValue.microseconds) }
    }
}

/// A time that may be unsaid, packed so: the first that there is stands for `nil`.
@propertyWrapper
struct MaybeTime: Equatable, Sendable {
    private var microseconds: PackedInteger

    @inline(__always) init(wrappedValue: Timestamp?) {
        microseconds = PackedInteger(wrappedValue?.microseconds ?? .min)
    }

    @inline(__always) var wrappedValue: Timestamp? {
        get {
            let microseconds = microseconds.value
            return microseconds == .min ? nil : Timestamp(microseconds: microseconds)
        }
        set { microseconds = PackedInteger(newValue?.microseconds ?? .min) }
    }
}
