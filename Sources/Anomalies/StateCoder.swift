internal import Positioning

/// Writes values, or reads them back, in one order that is written down once: a state's `code` is its format.
public protocol StateCoder {
    associatedtype Failure: Error

    /// Whether it reads what an earlier version wrote; see ``TrackStates/read(from:isFormer:)``.
    var isFormer: Bool { get }

    mutating func double(_ value: inout Double) throws(Failure)
    mutating func integer(_ value: inout Int64) throws(Failure)
    mutating func bool(_ value: inout Bool) throws(Failure)
    mutating func string(_ value: inout String) throws(Failure)
}

extension StateCoder {
    public var isFormer: Bool { false }

    mutating func time(_ value: inout Timestamp) throws(Failure) { try integer(&value.microseconds) }

    mutating func count(_ value: inout Int) throws(Failure) {
        var wide = Int64(value)
        try integer(&wide)
        value = Int(wide)
    }

    mutating func count(_ value: inout Int32) throws(Failure) {
        var wide = Int64(value)
        try integer(&wide)
        value = Int32(truncatingIfNeeded: wide)
    }

    mutating func number(_ value: inout Float) throws(Failure) {
        var wide = Double(value)
        try double(&wide)
        value = Float(wide)
    }

    mutating func coordinate(_ value: inout Coordinate) throws(Failure) {
        try double(&value.latitude)
        try double(&value.longitude)
    }

    /// - Parameter blank: any value, to read into.
    mutating func optional<Value>(
        _ value: inout Value?, blank: Value, _ code: (inout Self, inout Value) throws(Failure) -> Void
    ) throws(Failure) {
        var isThere = value != nil
        try bool(&isThere)
        guard isThere else {
            value = nil
            return
        }
        var some = value ?? blank
        try code(&self, &some)
        value = some
    }

    mutating func time(_ value: inout Timestamp?) throws(Failure) {
        try optional(&value, blank: Timestamp(microseconds: 0)) { (coder, time) throws(Failure) in
            try coder.time(&time)
        }
    }

    mutating func text(_ value: inout String?) throws(Failure) {
        try optional(&value, blank: "") { (coder, text) throws(Failure) in try coder.string(&text) }
    }

    mutating func list<Value>(
        _ values: inout [Value], blank: Value, _ code: (inout Self, inout Value) throws(Failure) -> Void
    ) throws(Failure) {
        var count = Int64(values.count)
        try integer(&count)
        var index = 0
        while index < count {
            var value = index < values.count ? values[index] : blank
            try code(&self, &value)
            if index < values.count { values[index] = value } else { values.append(value) }
            index += 1
        }
    }

    /// One byte where there is nothing to remember.
    mutating func state<State: RuleState>(_ state: inout State) throws(Failure) {
        let blank = State()
        var isBlank = state == blank
        try bool(&isBlank)
        if isBlank { state = blank } else { try state.code(&self) }
    }
}
