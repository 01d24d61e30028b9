internal import Positioning

/// Where times are compared at every report: a difference in seconds takes a division.
extension Timestamp {
    /// Microseconds from `earlier` to this moment; negative where this is the earlier one.
    func microseconds(since earlier: Timestamp) -> Int64 { microseconds &- earlier.microseconds }

    /// Held at the ends of what an `Int64` of microseconds can say.
    func advanced(byMicroseconds step: Int64) -> Timestamp {
        let (sum, overflow) = microseconds.addingReportingOverflow(step)
        return Timestamp(microseconds: overflow ? (step < 0 ? .min : .max) : sum)
    }
}

extension Int64 {
    /// Of seconds that were whole microseconds once. A snapshot that was damaged may have any number: then 0.
    init(microsecondsIn seconds: Double) { self = Int64(exactly: (seconds * 1e6).rounded()) ?? 0 }
}
