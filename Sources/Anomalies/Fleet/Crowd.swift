internal import Glibc
internal import Positioning

/// Which devices are near which, and where too many have been for too long: one suspected gathering a place.
struct Crowd: Equatable, Sendable {
    private var gatherings: [Place] = []
    /// Made again from the devices' places after a restart.
    private var cells: [Cell: [String]] = [:]
    private var radius_m: Double?
    private(set) var count = 0

    /// Where a gathering was raised.
    fileprivate struct Place: Equatable, Sendable {
        var alarm = Alarm()
        var centre = Coordinate(latitude: 0, longitude: 0)
        var group: String?
        /// The first by id of those who were there.
        var device = ""
        var since = Timestamp(microseconds: 0)
        /// Since when there have been too few.
        var fewSince: Timestamp?
        /// The most who were there at once.
        var most = 0

        mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
            try alarm.code(&coder)
            try coder.coordinate(&centre)
            try coder.text(&group)
            try coder.string(&device)
            try coder.time(&since)
            try coder.time(&fewSince)
            try coder.count(&most)
        }
    }

    /// A square of about the radius in size.
    private struct Cell: Hashable {
        var row: Int
        var column: Int
    }

    // MARK: places

    /// Puts the devices where they are, where that is not known yet: after a restart, with another radius.
    mutating func stand(by devices: some Sequence<(String, Presence)>, under rule: Gathering) {
        guard radius_m != rule.radius_m else { return }
        radius_m = rule.radius_m
        cells = [:]
        count = 0
        for (device, presence) in devices { move(device, from: nil, to: presence.place) }
    }

    mutating func move(_ device: String, from old: Coordinate?, to new: Coordinate) {
        guard let radius_m else { return }
        let cell = Self.cell(of: new, radius_m)
        if let old {
            let oldCell = Self.cell(of: old, radius_m)
            if oldCell == cell { return }
            cells[oldCell]?.removeAll { $0 == device }
            if cells[oldCell]?.isEmpty == true { cells[oldCell] = nil }
        } else {
            count += 1
        }
        cells[cell, default: []].append(device)
    }

    /// Those within a distance, which is the radius, in no order.
    func devices(
        around place: Coordinate, within radius_m: Double, _ presence: (String) -> Presence?
    ) -> [(device: String, presence: Presence)] {
        var found: [(device: String, presence: Presence)] = []
        let middle = Self.row(of: place.latitude, radius_m)
        for row in middle - 1...middle + 1 {
            let columns = Self.columns(in: row, radius_m)
            let column = Self.column(of: place.longitude, columns)
            let across = columns < 3 ? 0..<columns : column - 1..<column + 2
            for column in across {
                let cell = Cell(row: row, column: (column % columns + columns) % columns)
                for device in cells[cell] ?? [] {
                    guard let there = presence(device), place.roughDistance_m(to: there.place) <= radius_m else {
                        continue
                    }
                    found.append((device, there))
                }
            }
        }
        return found
    }

    // A place that comes back from a damaged store may be any number.

    private static func row(of latitude: Double, _ radius_m: Double) -> Int {
        Int((max(-90, min(90, latitude)) * metresPerDegree / radius_m).rounded(.down))
    }

    /// A little less than a degree of latitude has, so that no cell is smaller than the radius.
    private static let metresPerDegree = 110_000.0

    /// How many columns fit around the earth at the pole's side of a row: each is at least the radius wide.
    private static func columns(in row: Int, _ radius_m: Double) -> Int {
        let edge = Double(max((row + 1).magnitude, row.magnitude)) * radius_m / metresPerDegree
        let around_m = 360 * metresPerDegree * max(cos(min(edge, 90) * .pi / 180), 0)
        return max(1, Int(around_m / radius_m))
    }

    private static func column(of longitude: Double, _ columns: Int) -> Int {
        min(Int((max(-180, min(180, longitude)) + 180) / 360 * Double(columns)), columns - 1)
    }

    private static func cell(of place: Coordinate, _ radius_m: Double) -> Cell {
        let row = row(of: place.latitude, radius_m)
        return Cell(row: row, column: column(of: place.longitude, columns(in: row, radius_m)))
    }

    // MARK: gatherings

    /// Judges by what a device says.
    /// - Parameters:
    ///   - names: of those around it, itself among them, by id.
    ///   - presence: of any device.
    /// - Returns: whether something is remembered that was not before.
    mutating func judge(
        _ here: Presence, _ names: [String], under rule: Gathering, tell: Fleet.Tell,
        _ presence: (String) -> Presence?
    ) -> Bool {
        let old = gatherings
        for index in gatherings.indices where gatherings[index].group == here.group {
            let count = devices(around: gatherings[index].centre, within: rule.radius_m, presence).lazy
                .filter { $0.presence.isThere(at: here.time, in: here.group) }.count
            gatherings[index].take(count, at: here.time, under: rule, tell)
        }
        if let since = here.crowdedSince, here.time.seconds(since: since) >= rule.duration_s {
            raise(here, names, since: since, under: rule, tell)
        }
        gatherings.removeAll { $0.alarm.isReady(at: here.time) }
        return gatherings != old
    }

    private mutating func raise(
        _ here: Presence, _ names: [String], since: Timestamp, under rule: Gathering, _ tell: Fleet.Tell
    ) {
        let known = gatherings.firstIndex { place in
            place.group == here.group && place.centre.roughDistance_m(to: here.place) <= 2 * rule.radius_m
        }
        if let known, !gatherings[known].alarm.isReady(at: here.time) { return }
        if let known { gatherings.remove(at: known) }
        guard gatherings.count < Limits.gatherings, let first = names.first else { return }
        var place = Place()
        place.centre = here.place
        place.group = here.group
        place.device = first
        place.since = since
        place.most = names.count
        place.alarm.raise(
            Gathering.name, at: here.time, since: since,
            tell: { anomaly, time, detected, _ in tell(anomaly, first, here.place, time, detected) }
        ) { evidence in
            evidence.count("devices", names.count)
            evidence.names("names", names)
            evidence.number("radius_m", rule.radius_m)
            evidence.span(from: since, to: here.time)
        }
        gatherings.append(place)
    }

    mutating func code<Coder: StateCoder>(_ coder: inout Coder) throws(Coder.Failure) {
        try coder.list(&gatherings, blank: Place()) { (coder, place) throws(Coder.Failure) in try place.code(&coder) }
    }

    /// Cells follow from the devices' places.
    static func == (a: Crowd, b: Crowd) -> Bool { a.gatherings == b.gatherings }
}

extension Crowd.Place {
    /// So many are there.
    fileprivate mutating func take(_ count: Int, at time: Timestamp, under rule: Gathering, _ tell: Fleet.Tell) {
        guard alarm.isRaised else { return }
        most = max(most, count)
        guard Double(count) < rule.devices else {
            fewSince = nil
            return
        }
        let few = fewSince ?? time
        fewSince = few
        guard time.seconds(since: few) >= rule.clear_s else { return }
        let (device, centre, most, since) = (device, centre, most, since)
        alarm.clear(
            Gathering.name, at: time, cooldown_s: rule.cooldown_s,
            tell: { anomaly, time, detected, _ in tell(anomaly, device, centre, time, detected) }
        ) { evidence in
            evidence.count("devices", count)
            evidence.count("most", most)
            evidence.span(from: since, to: few)
        }
    }
}
