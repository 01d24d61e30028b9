internal import GRDB
internal import Positioning

extension Fix {
    /// From a row of the table `fix`.
    init(_ row: Row) {
        var measurements = Measurements()
        measurements.reportedAccuracy_m = row["accuracy_m"]
        measurements.hdop = row["hdop"]
        measurements.satellites = row["satellites"]
        measurements.speed_mps = row["speed_mps"]
        measurements.course_deg = row["course_deg"]
        measurements.altitude_m = row["altitude_m"]
        measurements.dimensions = row["dimensions"]
        measurements.solution = (row["solution"] as Int?).flatMap { UInt8(exactly: $0) }.flatMap(
            Solution.init(rawValue:))
        self.init(
            time: Timestamp(microseconds: row["time_us"]),
            coordinate: Coordinate(latitude: row["lat"], longitude: row["lon"]), measurements: measurements,
            // Version 1 corrected no dates.
            weeksAdded: row.hasColumn("weeks_added") ? row["weeks_added"] ?? 0 : 0)
    }
}
