internal import Positioning

/// The difference between what was told of a stretch of the past and what is known of it now.
enum Revision {
    /// - Parameters:
    ///   - told: standing, in the order in which they were told.
    ///   - redone: what would have been told had all come in order.
    /// - Returns: retractions, then what was missed; and what stays, but would now become certain at another fix.
    static func difference(
        told: [Event], redone: [Event], received: Timestamp?
    ) -> (events: [Event], redecided: [Event]) {
        var standing = told
        var missed: [Event] = []
        var redecided: [Event] = []
        for event in redone {
            if let index = standing.firstIndex(where: { isSame($0, event) }) {
                var same = standing.remove(at: index)
                guard same.decided != event.decided else { continue }
                same.decided = event.decided
                redecided.append(same)
            } else {
                var late = event
                late.isLate = true
                late.received = received
                missed.append(late)
            }
        }
        let retractions = standing.map { wrong in
            var retraction = wrong
            retraction.kind = .retract
            retraction.retracted = wrong.kind
            retraction.received = received
            retraction.isInitial = false
            retraction.isLate = false
            return retraction
        }
        return (retractions + missed, redecided)
    }

    /// A time that has moved is told again, however little: what stands is what would have been told in order.
    private static func isSame(_ a: Event, _ b: Event) -> Bool {
        a.kind == b.kind && a.fence == b.fence && a.isInitial == b.isInitial && a.time == b.time
    }
}
