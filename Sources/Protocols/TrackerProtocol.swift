public import Positioning

/// The protocols that a source can speak. To add one: a folder beside `NMEA` with a ``FixDecoder``, and a line here.
public enum TrackerProtocol: String, CaseIterable, Sendable {
    case nmea

    /// A decoder at the beginning of a stream.
    /// - Parameters:
    ///   - deviceLimit: devices that it tells apart at a time.
    ///   - memory: asked before it keeps more than one device's.
    public func makeDecoder(
        deviceLimit: Int = Limits.devicesPerStream, memory: @escaping MemoryRequest = { true }
    ) -> any FixDecoder {
        switch self {
        case .nmea: NMEADecoder(deviceLimit: deviceLimit, memory: memory)
        }
    }
}
