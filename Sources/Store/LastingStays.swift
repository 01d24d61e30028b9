public import Engine
import GRDB
public import Positioning

extension Journal {
    /// The enters after which their devices have not left, in the order in which they were told.
    /// - Returns: each with its device's newest fix, or with the one that it became certain at, where that is kept no more.
    /// - Throws: SQLite's error
    public func lastingEnters() throws -> [(enter: Event, newest: Fix)] {
        try queue.read { db in
            let enters = try Row.fetchAll(
                db, sql: "SELECT * FROM event e WHERE \(StandingEvents.isLastingEnter("e")) ORDER BY seq"
            ).compactMap { try Event($0) }
            return try enters.compactMap { enter in
                let number = deviceNumbers[enter.device]
                let newest = try number.flatMap {
                    try storedFixes.newest(of: $0, from: enter.detected.microseconds, db)
                }
                return (newest?.fix ?? Self.fix(of: enter)).map { (enter, $0) }
            }
        }
    }

    private static func fix(of event: Event) -> Fix? {
        var measurements = Measurements()
        measurements.reportedAccuracy_m = event.accuracy_m
        return event.coordinate.map { Fix(time: event.detected, coordinate: $0, measurements: measurements) }
    }
}
