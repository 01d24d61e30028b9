extension Report {
    /// The report as one JSON object, the form that `geofenced decode` prints; no line end.
    ///
    /// `time` is `null` where the stream gave no date; what the receiver did not say is left out. `mode` is 2 or 3, the
    /// solution's dimensions.
    public func appendJSON(to bytes: inout [UInt8], device defaultDevice: String?) {
        var line = JSONLine(in: &bytes)
        if let device = device ?? defaultDevice { line.string("device", device, in: &bytes) }
        line.time("time", time, in: &bytes)
        if let coordinate {
            line.number("lat", coordinate.latitude, decimals: 9, in: &bytes)
            line.number("lon", coordinate.longitude, decimals: 9, in: &bytes)
        }
        if let value = measurements.accuracy_m { line.number("accuracy_m", value, decimals: 2, in: &bytes) }
        if let value = measurements.speed_mps { line.number("speed_mps", value, decimals: 3, in: &bytes) }
        if let value = measurements.course_deg { line.number("course_deg", value, decimals: 3, in: &bytes) }
        if let value = measurements.altitude_m { line.number("altitude_m", value, decimals: 3, in: &bytes) }
        if let value = measurements.hdop { line.number("hdop", value, decimals: 2, in: &bytes) }
        if let value = measurements.satellites { line.integer("satellites", value, in: &bytes) }
        if let value = measurements.dimensions { line.integer("mode", value, in: &bytes) }
        if let value = measurements.solution { line.string("solution", value.name, in: &bytes) }
        if let value = battery_percent { line.integer("battery_percent", value, in: &bytes) }
        if !alarms.isEmpty {
            let names = Alarms.named.filter { alarms.contains($0.alarm) }.map { "\"\($0.name)\"" }
            line.key("alarms", in: &bytes)
            bytes.append(contentsOf: "[\(names.joined(separator: ","))]".utf8)
        }
        if let rejection { line.string("rejected", rejection.rawValue, in: &bytes) }
        line.close(in: &bytes)
    }
}
