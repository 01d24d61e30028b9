import Positioning

/// A UTC time of day as a sentence prints it (`hhmmss.sss`), with its precision: what names an epoch.
struct TimeOfDay: Equatable {
    /// 0…86 400 999 999: a leap second :60 is the one after 23:59:59.
    var microseconds: Int64
    /// Digits printed after the point, 0…6.
    var decimals: UInt8

    static let microsecondsPerSecond: Int64 = 1_000_000

    /// How far this is after `other`, microseconds, the short way around the clock: −12 h…12 h.
    func ahead(of other: TimeOfDay) -> Int64 {
        Self.shortWay(microseconds - other.microseconds)
    }

    /// A difference of two times of day, brought into −12 h…12 h.
    static func shortWay(_ difference: Int64) -> Int64 {
        let day = Timestamp.microsecondsPerDay
        let rest = difference % day
        if rest > day / 2 { return rest - day }
        if rest < -day / 2 { return rest + day }
        return rest
    }

    /// Whether two printed times mean one epoch.
    ///
    /// Times of the same precision are equal or not: at 100 Hz, 10 ms are two epochs. A receiver that prints RMC with three
    /// decimals and GGA with two rounds or cuts, so there the coarser one's last digit decides (120824.758 is 120824.76 or
    /// 120824.75). Whole seconds and tenths are not stretched that far: a GLL that prints whole seconds between fractional
    /// epochs names an epoch of its own.
    func isSameEpoch(as other: TimeOfDay) -> Bool {
        if microseconds == other.microseconds { return true }
        if decimals == other.decimals { return false }
        let (coarse, fine) = decimals < other.decimals ? (self, other) : (other, self)
        let rest = fine.ahead(of: coarse)
        let unit = coarse.unit
        if rest.magnitude <= min(unit / 2, 5000) { return true }
        return coarse.decimals >= 2 && rest > 0 && rest < unit
    }

    /// The last printed digit's worth, microseconds.
    private var unit: Int64 {
        var unit = Self.microsecondsPerSecond
        for _ in 0..<decimals { unit /= 10 }
        return unit
    }
}
