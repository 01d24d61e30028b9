/// The rules, by the names that configuration and events have for them.
public enum RuleName: String, CaseIterable, Sendable {
    case frozen, too_perfect, impossible_speed, shared_identity, speeding, flapping, idle, outside_allowed,
        inside_forbidden, not_arrived, off_route, wrong_datum
    case mock, clock_skew, week_rollover, silence, no_position, device_alarm
    case jamming, replayed, gathering

    /// Whether it is decided from a device's fixes alone, in the order of their time: then late fixes decide it again.
    public var isOfTrack: Bool {
        switch self {
        case .frozen, .too_perfect, .impossible_speed, .shared_identity, .speeding, .flapping, .idle, .outside_allowed,
            .inside_forbidden, .not_arrived, .off_route, .wrong_datum:
            true
        case .mock, .clock_skew, .week_rollover, .silence, .no_position, .device_alarm, .jamming, .replayed, .gathering:
            false
        }
    }

    /// Whether it tells again, with the same id, of what has grown worse.
    public var escalates: Bool { [.silence, .no_position, .device_alarm].contains(self) }

    /// What is suspected, for people: a human decides whether it is so.
    public var suspicion: StaticString {
        switch self {
        case .frozen: "suspected frozen position: it stays the same to the last digit while the rest of the fix changes"
        case .too_perfect:
            "suspected mock location: a moving receiver whose speed, height, accuracy and interval never vary"
        case .impossible_speed:
            "suspected false position: nothing on the ground is as fast as the way between two fixes"
        case .shared_identity:
            "suspected shared identity: one id keeps changing between places that one carrier can't be in"
        case .speeding: "suspected speeding, by the receiver's own speed"
        case .flapping: "suspected boundary too near: fixes keep changing sides; a wider margin or fence may help"
        case .idle: "suspected idling: it stands, in hours, and is at no site or customer"
        case .outside_allowed: "suspected to be outside every area that is allowed to it"
        case .inside_forbidden: "suspected to be inside a forbidden area"
        case .not_arrived: "suspected not to have arrived: by the time named it was not seen in any of the fences named"
        case .off_route: "suspected to have left its route"
        case .wrong_datum:
            "suspected wrong datum: stays beside a fence lie in it if one of both is in Chinese map coordinates"
        case .mock: "suspected mock location: the device itself says that its position is simulated"
        case .clock_skew: "suspected wrong clock: the device's time is not the time at which its fixes arrive"
        case .week_rollover:
            "suspected week rollover: the device's date is a multiple of 1,024 weeks behind, and was corrected"
        case .silence: "suspected silence: nothing is heard in hours in which it is expected"
        case .no_position: "suspected loss of position: the device is heard, but without a usable fix"
        case .device_alarm: "suspected emergency or defect: the device itself raises an alarm"
        case .jamming: "suspected jamming: satellites vanish at once while the link is alive; going indoors looks alike"
        case .replayed: "suspected replay: a run of positions repeats one that was seen before, to the last digit"
        case .gathering: "suspected gathering: several devices of a group have been in one place for some time"
        }
    }
}
