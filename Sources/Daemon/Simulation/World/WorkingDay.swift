internal import Anomalies
import Glibc

/// Makes up the way of one member of the staff through a day, from home to home: a working day like others, or one with
/// something in it that a rule is about.
struct WorkingDay {
    /// Where a rule's case happened, in seconds of the day.
    struct Incident {
        var rule: RuleName
        var from_s: Double
        var to_s: Double
        var companions: [RuleName] = []
    }

    private(set) var way: Itinerary
    private(set) var incident: Incident?
    /// At the depot in the morning; `nil`: it does not go there.
    private(set) var arrived_s: Double?
    /// When it was where it was asked to; `nil`: nowhere, or too late.
    private(set) var attended_s: ClosedRange<Double>?
    /// What is to happen.
    private let rule: RuleName?
    private let home: Spot
    /// Where it works.
    private let places: [City.Area]

    /// Seconds since local midnight between which the rules that have hours hold.
    static let hours_s = 8.0 * 3600..<17 * 3600

    /// By when whoever begins at the depot is to be there.
    static let late_s = hours_s.lowerBound + 600

    /// Seconds after which a stand is idle.
    private static let idle_s = 1800.0

    /// - Parameters:
    ///   - rule: about which something happens on the way; one about the receiver or the link leaves the day as it is.
    ///   - places: where it works.
    ///   - meeting: where it is asked to; not of a bus.
    init(
        rule: RuleName? = nil, isBus: Bool = false, places: [City.Area] = City.sites + City.customers,
        meeting: Meeting? = nil, _ random: SeededGenerator
    ) {
        var random = random
        self.rule = rule
        self.places = places
        home = City.plainBlocks.randomElement(using: &random) ?? City.outOfTown
        let begin = Double.random(in: 5...6.5, using: &random) * 3600
        way = Itinerary(from: isBus ? City.line.west : home, at: begin, random)
        if isBus { driveTheLine() } else { visitCustomers(meeting) }
    }

    // MARK: people

    private mutating func visitCustomers(_ meeting: Meeting?) {
        way.stay(until: way.pick(6.6...7.4) * 3600, .houses)
        if rule == .not_arrived {
            incident = Incident(rule: .not_arrived, from_s: Self.late_s, to_s: Self.hours_s.upperBound)
        } else {
            drive(to: City.depot)
            arrived_s = way.now_s
            way.stay(until: max(way.now_s, way.pick(7.8...8.2) * 3600), .houses)
        }
        let middle = Int.random(in: 1...3, using: &way.random)
        var visits = 0
        var hasEaten = false
        var awaited = meeting
        while way.now_s < Self.hours_s.upperBound - 2400 {
            if visits == middle { meetIncident() }
            if let meeting = awaited, way.now_s >= meeting.hours_s.lowerBound {
                awaited = nil
                attend(meeting)
            } else if !hasEaten, way.now_s > 11.5 * 3600 {
                hasEaten = true
                eat()
            } else {
                visit()
                visits += 1
            }
        }
        drive(to: City.depot)
        way.stay(until: max(way.now_s + 300, Self.hours_s.upperBound + 300), .houses)
        way.drive(to: home)
        way.stay(until: (way.chance(0.3) ? 24 : way.pick(18...22)) * 3600, .houses)
    }

    private mutating func visit() {
        guard let area = places.randomElement(using: &way.random) else { return }
        drive(to: area)
        let sky: [Sky] = [.houses, .houses, .houses, .open, .indoors, .indoors, .deepIndoors]
        let above = way.chance(0.015) ? .garage : sky.randomElement(using: &way.random) ?? .houses
        way.stay(way.pick(300...3000), above)
        if way.chance(0.3) { way.walk(by: way.pick(-40...40), way.pick(-40...40), staying: way.pick(60...600)) }
        let (east, north) = (way.pick(150...300), way.pick(-40...40))
        let isForbidden = City.forbidden.contains { $0.distance_m(from: way.here.moved(east, north)) < 80 }
        if !isForbidden, way.chance(0.2) { way.walk(by: east, north, staying: way.pick(120...900)) }
    }

    private mutating func attend(_ meeting: Meeting) {
        let (far, angle) = (meeting.reach_m * way.pick(0...1).squareRoot(), way.pick(0...2 * .pi))
        way.drive(to: meeting.middle.moved(far * cos(angle), far * sin(angle)))
        let (came, end) = (way.now_s, meeting.hours_s.upperBound)
        guard came < end else { return }
        let above = meeting.skies.randomElement(using: &way.random) ?? .houses
        way.stay(until: end + way.pick(0...Meeting.leaving_s), above)
        attended_s = came...way.now_s
    }

    /// Mostly inside: some park at the kerb, next to the boundary.
    private mutating func drive(to area: City.Area) {
        let reach = way.chance(0.05) ? 0.95...1.0 : 0.0...0.5
        let east = way.pick(reach) * (way.chance(0.5) ? 1 : -1) * area.halfWidth_m
        way.drive(to: area.middle.moved(east, way.pick(-0.5...0.5) * area.halfHeight_m))
    }

    private mutating func eat() {
        driveToPlainBlock()
        way.stay(way.chance(0.1) ? way.pick(2000...3600) : way.pick(600...1500), way.chance(0.5) ? .indoors : .houses)
    }

    private mutating func driveToPlainBlock() {
        way.drive(to: City.plainBlocks.randomElement(using: &way.random) ?? home)
    }

    // MARK: vehicles on the line

    private mutating func driveTheLine() {
        way.stay(until: way.pick(6.2...7.0) * 3600, .street)
        let middle = Int.random(in: 2...8, using: &way.random)
        var trips = 0
        var isEastbound = true
        while way.now_s < Self.hours_s.upperBound {
            if trips == middle, rule == .off_route { leaveTheRoute() }
            runLine(to: isEastbound ? City.line.east : City.line.west)
            way.stay(way.pick(240...1200), .street)
            isEastbound.toggle()
            trips += 1
        }
        if !isEastbound { runLine(to: City.line.west) }
        way.stay(until: 20 * 3600, .street)
    }

    private mutating func runLine(to terminal: Spot) {
        while way.here != terminal {
            let left = way.here.distance_m(to: terminal)
            let stop = left <= 550 ? terminal : way.here.towards(terminal, share: 500 / left)
            way.go(to: stop, cruise_mps: way.pick(8...14), way.chance(0.4) ? .houses : .street)
            way.stay(way.pick(12...45), .street)
        }
    }

    // MARK: what rules are about

    private mutating func meetIncident() {
        switch rule {
        case .idle:
            happen { day in
                day.driveToPlainBlock()
                return day.stand(day.way.pick(2100...6000))
            }
        case .outside_allowed:
            happen([.idle]) { day in
                day.way.drive(to: Spot(3375, 0))
                day.way.follow(to: City.outOfTown, cruise_mps: 15...22)
                let from = day.way.now_s - (City.outOfTown.east_m - City.allowed_m) / 18
                day.way.stay(day.way.pick(900...4800), .street)
                day.way.follow(to: Spot(3375, 0), cruise_mps: 15...22)
                return from
            }
        case .inside_forbidden:
            happen([.idle]) { day in
                guard let area = City.forbidden.randomElement(using: &day.way.random) else { return day.way.now_s }
                day.way.drive(to: area.middle.moved(day.way.pick(-25...25), day.way.pick(-25...25)))
                // It drove in some seconds ago.
                return day.stand(day.way.pick(180...1500)) - 25
            }
        case .flapping:
            happen([.idle]) { day in
                guard let area = City.sites.randomElement(using: &day.way.random) else { return day.way.now_s }
                day.way.drive(to: area.middle.moved(area.halfWidth_m + day.way.pick(-2...2), 0))
                return day.stand(day.way.pick(2400...4800))
            }
        case .speeding:
            happen { day in
                day.way.drive(to: Spot(-3375, 250))
                // It takes a while to get over the limit.
                let from = day.way.now_s + 120 / 3.6 / Leg.acceleration
                day.way.go(to: day.way.here.moved(3000, 0), cruise_mps: day.way.pick(36...50), .open)
                return from
            }
        default: break
        }
    }

    /// - Parameter action: gives when it began.
    private mutating func happen(_ companions: [RuleName] = [], _ action: (inout WorkingDay) -> Double) {
        guard let rule else { return }
        let from = action(&self)
        incident = Incident(rule: rule, from_s: from, to_s: way.now_s, companions: companions)
    }

    /// - Returns: when it began.
    private mutating func stand(_ seconds: Double) -> Double {
        let from = way.now_s
        way.stay(seconds, way.chance(0.7) ? .street : .houses)
        return from
    }

    private mutating func leaveTheRoute() {
        happen([.idle]) { day in
            let back = day.way.here
            let from = day.way.now_s
            let far = back.moved(0, day.way.pick(900...2500) * (day.way.chance(0.5) ? 1 : -1))
            day.way.follow(to: far)
            day.way.stay(day.way.pick(600...1800), .street)
            day.way.follow(to: back)
            return from
        }
    }

    // MARK: what ordinary days have, too

    /// Stands in hours outside every site and customer, for as long as `idle` waits.
    var standsElsewhere: [ClosedRange<Double>] {
        stands.filter { stand in
            let inHours = min(stand.to, Self.hours_s.upperBound) - max(stand.from, Self.hours_s.lowerBound)
            return inHours >= Self.idle_s && !City.workplaces.contains { $0.distance_m(from: stand.spot) < 0 }
        }.map { $0.from...$0.to }
    }

    private struct Stand {
        var from: Double
        var to: Double
        var spot: Spot
    }

    /// Legs within some steps of each other are one stand.
    private var stands: [Stand] {
        var stands: [Stand] = []
        for leg in way.legs {
            if let last = stands.last, last.spot.distance_m(to: leg.from) < 90, last.spot.distance_m(to: leg.to) < 90 {
                stands[stands.count - 1].to = leg.end_s
            } else {
                stands.append(Stand(from: leg.start_s, to: leg.end_s, spot: leg.to))
            }
        }
        return stands
    }
}

extension City.Area {
    func contains(_ spot: Spot) -> Bool {
        (spot.east_m - middle.east_m).magnitude <= halfWidth_m
            && (spot.north_m - middle.north_m).magnitude <= halfHeight_m
    }

    /// Negative inside.
    func distance_m(from spot: Spot) -> Double {
        let east = (spot.east_m - middle.east_m).magnitude - halfWidth_m
        let north = (spot.north_m - middle.north_m).magnitude - halfHeight_m
        return east > 0 && north > 0 ? hypot(east, north) : max(east, north)
    }
}
