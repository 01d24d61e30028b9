public import Positioning

/// From when on a set of fences is in force for one device, by the device's own clock, where that is not the time of ours.
///
/// A device whose fixes come long after their time (its clock is wrong, or a recording is sent) would stay in the time before an
/// edit for ever. It passes to the new fences after the newest of its fixes; one that was never seen before begins with them.
public struct FencePassage: Equatable, Sendable {
    /// The set's: ``FenceVersion/since``.
    public var since: Timestamp
    /// Of the first fix that is decided with it.
    public var from: Timestamp
}

extension DeviceState {
    /// From when on a device's fixes are decided with these fences.
    func beginning(ofFencesSince since: Timestamp) -> Timestamp {
        passages.last { $0.since == since }?.from ?? since
    }

    /// Takes down that other fences come into force, where the device's clock does not tell.
    /// - Parameter oldest: the set that is known longest; what was before it is forgotten.
    mutating func pass(to fences: FenceSet, oldest: FenceSet) {
        passages.removeAll { $0.since < oldest.since }
        guard lags, let newest else { return }
        passages.append(FencePassage(since: fences.since, from: Timestamp(microseconds: newest.time.microseconds &+ 1)))
    }

    /// Whether a fix that arrives now says that the clock of its device tells nothing.
    static func lags(_ fix: Fix, received: Timestamp?) -> Bool {
        received.map { $0.seconds(since: fix.time) > Limits.lag_s } ?? false
    }
}
