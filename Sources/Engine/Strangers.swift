internal import Anomalies
internal import Positioning

/// Links of those who raise an alarm and are not known, or not believed to be who they say: an alarm passes every filter. Nothing
/// else is heard of them.
///
/// At most ``Limits/strangers`` are remembered, and none over a restart: an alarm of one that was forgotten is told again.
struct Strangers {
    private var links: [String: LinkState] = [:]

    var isEmpty: Bool { links.isEmpty }

    func knows(_ device: String) -> Bool { links[device] != nil }

    mutating func change(_ device: String, _ body: (inout LinkState) -> Void) {
        if links.count >= Limits.strangers, links[device] == nil { links.removeAll() }
        body(&links[device, default: LinkState()])
    }

    /// One of them has become known.
    mutating func takeOut(_ device: String) -> LinkState? { links.isEmpty ? nil : links.removeValue(forKey: device) }
}
