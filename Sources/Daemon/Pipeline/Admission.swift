internal import Ingest
internal import Positioning

/// Who may be decided about: the registry's word on a report, before the core sees it.
struct Admission: Sendable {
    var registry: Registry
    var unknownDevices: Configuration.UnknownDevices
    /// Of each source, in the order of the configuration.
    var sourceDatums: [Datum] = []

    /// Turns a report's datum into WGS-84, and marks it as rejected where its device must not decide.
    func admit(_ arrival: inout Arrival) {
        let device = registry.devices[arrival.device]
        if let device {
            if !device.sources.isEmpty, !device.sources.contains(arrival.origin) {
                arrival.report.rejection = .foreign_source
                return
            }
        } else {
            switch unknownDevices {
            case .accept: break
            case .quarantine: arrival.report.rejection = .quarantined
            case .reject: arrival.report.rejection = .unknown_device
            }
        }
        let ofSource = sourceDatums.indices.contains(arrival.source) ? sourceDatums[arrival.source] : .wgs84
        let datum = device?.datum ?? ofSource
        if datum != .wgs84, let coordinate = arrival.report.coordinate {
            arrival.report.coordinate = datum.toWGS84(coordinate)
        }
    }
}
