/// The rules, by the names that configuration and events have for them.
public enum RuleName: String, CaseIterable, Sendable {
    case frozen, too_perfect, impossible_speed, speeding, flapping, idle, outside_allowed, inside_forbidden

    /// What is suspected, for people: a human decides whether it is so.
    public var suspicion: StaticString {
        switch self {
        case .frozen: "suspected frozen position: it stays the same to the last digit while the rest of the fix changes"
        case .too_perfect:
            "suspected mock location: a moving receiver whose speed, height, accuracy and interval never vary"
        case .impossible_speed:
            "suspected false position: nothing on the ground is as fast as the way between two fixes"
        case .speeding: "suspected speeding, by the receiver's own speed"
        case .flapping: "suspected boundary too near: fixes keep changing sides; a wider margin or fence may help"
        case .idle: "suspected idling: it stands, in hours, and is at no site or customer"
        case .outside_allowed: "suspected to be outside every area that is allowed to it"
        case .inside_forbidden: "suspected to be inside a forbidden area"
        }
    }
}
