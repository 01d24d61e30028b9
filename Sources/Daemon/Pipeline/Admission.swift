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

    /// What is to be done with a report.
    struct Verdict {
        /// The device's; `nil` where it is none that this report makes known.
        var number: Int?
        /// Why its device must not decide.
        var rejection: Rejection?
        /// To be turned into WGS-84 from.
        var datum = Datum.wgs84

        var changesReport: Bool { rejection != nil || datum != .wgs84 }
    }

    /// - Parameters:
    ///   - hash: of its device.
    ///   - guess: see ``KnownDevices/guesses(_:)``.
    mutating func admit(_ arrival: borrowing Arrival, _ hash: DeviceHash, guess: Int32) -> Verdict {
        let device = registry.devices[arrival.device]
        if let device {
            if !device.sources.isEmpty, !device.sources.contains(arrival.origin) {
                return Verdict(rejection: .foreign_source)
            }
        } else {
            switch unknownDevices {
            case .accept: break
            case .quarantine: return Verdict(rejection: .quarantined)
            case .reject: return Verdict(rejection: .unknown_device)
            }
        }
        // Only what may be a fix makes a device known: who sends nothing but junk takes no memory.
        guard arrival.report.rejection == nil else { return Verdict() }
        guard let number = known.admit(arrival.device, hash, guess: guess) else {
            return Verdict(rejection: .too_many_devices)
        }
        let ofSource = sourceDatums.indices.contains(arrival.source) ? sourceDatums[arrival.source] : .wgs84
        return Verdict(number: number, datum: device?.datum ?? ofSource)
    }
}

extension Arrival {
    mutating func take(_ verdict: Admission.Verdict) {
        if let rejection = verdict.rejection { report.rejection = rejection }
        if verdict.datum != .wgs84, let coordinate = report.coordinate {
            report.coordinate = verdict.datum.toWGS84(coordinate)
        }
    }
}
