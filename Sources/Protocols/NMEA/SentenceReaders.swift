import Positioning

/// One reader a formatter. Field numbers are NMEA 0183's, the address being 0.
extension Sentence {
    static let metresPerSecondPerKnot = 1852.0 / 3600
    static let metresPerSecondPerKilometrePerHour = 1 / 3.6

    /// `RMC,time,status,lat,N,lon,E,knots,course,ddmmyy,variation,E,mode,navigational status`
    ///
    /// The mode is the twelfth field or none: the eleventh is the variation's `E`, not "estimated". NMEA 4.10's
    /// navigational status says whether the ship may rely on the fix; V ("not evaluated") stands on good ones.
    mutating func readRMC(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        guard fields.count > 2 else { return false }
        formatter = .rmc
        time = fields.time(1, in: text)
        verdict = Self.verdict(status: fields.letter(2, in: text), mode: fields.letter(12, in: text))
        guard verdict == .fix else { return true }
        position = fields.position(3, in: text)
        speed_mps = fields.magnitude(7, in: text).map { $0 * Self.metresPerSecondPerKnot }
        course_deg = Self.course(fields.magnitude(8, in: text))
        date = fields.date(9, in: text)
        solution = Solution(mode: fields.letter(12, in: text))
        return true
    }

    /// `GGA,time,lat,N,lon,E,quality,satellites,hdop,altitude,M,…`
    mutating func readGGA(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        guard fields.count > 6 else { return false }
        formatter = .gga
        time = fields.time(1, in: text)
        satellites = Self.satellites(fields.integer(7, in: text))
        guard let quality = fields.integer(6, in: text), quality != 0 else {
            verdict = .void
            return true
        }
        verdict = .fix
        hdop = Self.dilution(fields.magnitude(8, in: text))
        position = fields.position(2, in: text)
        let unit = fields.letter(10, in: text)
        if unit == nil || unit == UInt8(ascii: "M") { altitude_m = fields.number(9, in: text) }
        solution = Solution(quality: quality)
        return true
    }

    /// `GLL,lat,N,lon,E,time,status,mode`. The form of NMEA 1.5 without time and status belongs to no epoch.
    mutating func readGLL(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        guard fields.count > 6 else { return false }
        formatter = .gll
        time = fields.time(5, in: text)
        verdict = Self.verdict(status: fields.letter(6, in: text), mode: fields.letter(7, in: text))
        guard verdict == .fix else { return true }
        position = fields.position(1, in: text)
        solution = Solution(mode: fields.letter(7, in: text))
        return true
    }

    /// `GNS,time,lat,N,lon,E,modes,satellites,hdop,altitude,…,navigational status`, one mode letter a constellation.
    ///
    /// With several constellations a receiver sends one GNS of all (GN) and one of each with position and mode left
    /// blank: those say nothing of validity.
    mutating func readGNS(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        guard fields.count > 6 else { return false }
        formatter = .gns
        time = fields.time(1, in: text)
        satellites = Self.satellites(fields.integer(7, in: text))
        var best: Solution?
        var observed: Solution?
        fields.forEach(6, in: text) { mode in
            guard let mode = Solution(mode: mode) else { return }
            if mode.isObserved {
                observed = observed?.combined(with: mode) ?? mode
            } else {
                best = best?.combined(with: mode) ?? mode
            }
        }
        // One constellation that sees satellites carries the fix, whatever is estimated beside it.
        solution = observed ?? best
        guard solution != nil else {
            verdict = fields.isEmpty(6, in: text) ? .silent : .void
            return true
        }
        verdict = .fix
        hdop = Self.dilution(fields.magnitude(8, in: text))
        position = fields.position(2, in: text)
        altitude_m = fields.number(9, in: text)
        return true
    }

    /// `VTG,course,T,course,M,knots,N,kilometres per hour,K,mode`; before NMEA 2 without the letters.
    mutating func readVTG(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        formatter = .vtg
        guard fields.letter(9, in: text) != UInt8(ascii: "N") else { return true }
        course_deg = Self.course(fields.magnitude(1, in: text))
        let isLettered = fields.count != 5
        let knots = fields.magnitude(isLettered ? 5 : 3, in: text)
        let kilometresPerHour = fields.magnitude(isLettered ? 7 : 4, in: text)
        speed_mps =
            knots.map { $0 * Self.metresPerSecondPerKnot }
            ?? kilometresPerHour.map { $0 * Self.metresPerSecondPerKilometrePerHour }
        return true
    }

    /// `ZDA,time,day,month,year,zone hours,zone minutes`, time and date in UTC whatever the zone.
    mutating func readZDA(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        guard let time = fields.time(1, in: text) else { return false }
        formatter = .zda
        self.time = time
        guard let day = fields.integer(2, in: text), let month = fields.integer(3, in: text),
            let year = fields.integer(4, in: text), year >= Limits.firstYear
        else { return true }
        date = CivilDate(year: year, month: month, day: day)
        return true
    }

    /// `GSA,A or M,1 to 3,twelve satellites,pdop,hdop,vdop`
    mutating func readGSA(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        guard let mode = fields.integer(2, in: text), (1...3).contains(mode) else { return false }
        formatter = .gsa
        dimensions = mode
        if mode > 1 { hdop = Self.dilution(fields.magnitude(16, in: text)) }
        return true
    }

    /// `GST,time,rms,major,minor,orientation,latitude,longitude,altitude`: standard deviations, metres.
    ///
    /// The variance on an axis is half that of the plane, whether the receiver gives it by latitude and longitude or
    /// by the ellipse's half-axes.
    mutating func readGST(_ text: Span<UInt8>, _ fields: borrowing Fields) -> Bool {
        guard let time = fields.time(1, in: text) else { return false }
        formatter = .gst
        self.time = time
        func onAxis(_ first: Int, _ second: Int) -> Double? {
            guard let a = fields.magnitude(first, in: text), let b = fields.magnitude(second, in: text), a + b > 0
            else { return nil }
            return ((a * a + b * b) / 2).squareRoot()
        }
        accuracy_m = onAxis(6, 7) ?? onAxis(3, 4)
        return true
    }

    /// Status A, or the D that some write for a differential fix; mode N voids it, where there is a mode.
    private static func verdict(status: UInt8?, mode: UInt8?) -> Verdict {
        guard status == UInt8(ascii: "A") || status == UInt8(ascii: "D") else { return .void }
        return mode == UInt8(ascii: "N") ? .void : .fix
    }

    private static func course(_ value: Double?) -> Double? {
        guard let value, value <= 360 else { return nil }
        return value == 360 ? 0 : value
    }

    /// A dilution of 0 is a blank of some receivers; as an accuracy it would be certainty. A sentence without a fix has none, whatever
    /// it prints: 99.99, mostly, while other satellites give the fix.
    private static func dilution(_ value: Double?) -> Double? {
        guard let value, value > 0 else { return nil }
        return value
    }

    private static func satellites(_ value: Int?) -> Int? {
        guard let value, value < 256 else { return nil }
        return value
    }
}
