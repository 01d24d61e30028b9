internal import Ingest
internal import Logging
internal import Platform
internal import Positioning
internal import Protocols

/// What all sources together may take.
struct IntakeBounds: Sendable {
    let connections: Budget
    /// Devices that decoders remember, beside the first of each stream.
    private let devices: Budget

    init(_ configuration: Configuration, log: Logger) {
        connections = Budget(capacity: configuration.maxConnections)
        devices = Budget(capacity: configuration.maxDevices)
        let hasTCP = configuration.sources.contains { if case .tcp = $0.kind { true } else { false } }
        let allowed = Machine.raiseDescriptorLimit()
        let needed = configuration.maxConnections + Limits.ownDescriptors
        if hasTCP, allowed < needed {
            log.warning(
                "this process may not open as many files as `max_connections` needs: raise LimitNOFILE=, or lower it",
                metadata: ["allowed": "\(allowed)", "needed": "\(needed)"])
        }
    }

    func makeDecoder(_ proto: TrackerProtocol) -> any FixDecoder {
        proto.makeDecoder(deviceLimit: devices.capacity, memory: devices.memoryForDecoder())
    }
}
