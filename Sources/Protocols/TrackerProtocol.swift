/// The protocols that a source can speak. To add one: a folder beside `NMEA` with a ``FixDecoder``, and a line here.
public enum TrackerProtocol: String, CaseIterable, Sendable {
    case nmea

    /// A decoder at the beginning of a stream.
    public func makeDecoder() -> any FixDecoder {
        switch self {
        case .nmea: NMEADecoder()
        }
    }
}
