internal import Anomalies

/// Writes a rule state down, and makes others from it that share no memory with it: what a restart does.
struct StateCopier: StateCoder {
    private enum Value {
        case double(Double)
        case integer(Int64)
        case bool(Bool)
        case string([UInt8])
    }

    private var values: [Value] = []
    /// The value to be read next; `nil`: it writes.
    private var next: Int?

    /// Reads from the begin, from now on.
    mutating func rewind() { next = 0 }

    /// - Returns: what to read instead; `nil` where it writes, or where something else was written.
    private mutating func pass(_ value: Value) -> Value? {
        guard let place = next else {
            values.append(value)
            return nil
        }
        guard place < values.count else { return nil }
        next = place + 1
        return values[place]
    }

    mutating func double(_ value: inout Double) {
        if case .double(let known) = pass(.double(value)) { value = known }
    }

    mutating func integer(_ value: inout Int64) {
        if case .integer(let known) = pass(.integer(value)) { value = known }
    }

    mutating func bool(_ value: inout Bool) {
        if case .bool(let known) = pass(.bool(value)) { value = known }
    }

    mutating func string(_ value: inout String) {
        if case .string(let known) = pass(.string(Array(value.utf8))) { value = String(decoding: known, as: UTF8.self) }
    }
}
