internal import Engine
internal import Ingest
internal import Positioning

/// Who may be decided about: the registry's word on a report, before the core sees it.
struct Admission: Sendable {
    var registry: Registry
    var unknownDevices: Configuration.UnknownDevices
    /// Of each source, in the order of the configuration.
    var sourceDatums: [Datum] = []
    var known: KnownDevices

    init(
        registry: Registry, unknownDevices: Configuration.UnknownDevices, sourceDatums: [Datum] = [],
        deviceLimit: Int = Limits.devices, stored: Dictionary<String, Int64>.Keys = [:].keys
    ) {
        self.registry = registry
        self.unknownDevices = unknownDevices
        self.sourceDatums = sourceDatums
        known = KnownDevices(limit: deviceLimit, registered: registry.devices.keys, stored: stored)
    }

    /// Turns a report's datum into WGS-84, and marks it as rejected where its device must not decide.
    /// - Returns: the device's number; `nil` where it is none that this report makes known.
    mutating func admit(_ arrival: inout Arrival) -> Int? {
        let device = registry.devices[arrival.device]
        if let device {
            if !device.sources.isEmpty, !device.sources.contains(arrival.origin) {
                arrival.report.rejection = .foreign_source
                return nil
            }
        } else {
            switch unknownDevices {
            case .accept: break
            case .quarantine: arrival.report.rejection = .quarantined
            case .reject: arrival.report.rejection = .unknown_device
            }
        }
        // Only what may be a fix makes a device known: who sends nothing but junk takes no memory.
        guard arrival.report.rejection == nil else { return nil }
        guard let number = known.admit(arrival.device) else {
            arrival.report.rejection = .too_many_devices
            return nil
        }
        let ofSource = sourceDatums.indices.contains(arrival.source) ? sourceDatums[arrival.source] : .wgs84
        let datum = device?.datum ?? ofSource
        if datum != .wgs84, let coordinate = arrival.report.coordinate {
            arrival.report.coordinate = datum.toWGS84(coordinate)
        }
        return number
    }
}
