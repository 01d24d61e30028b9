/// What those rules remember that are off by default: in memory of its own, so that only who turns them on pays for it.
struct ChosenStates: Equatable, Sendable {
    /// One, or none while nothing is to be remembered.
    private var both: [Both] = []

    private struct Both {
        var speeding = Speeding.State()
        var notArrived = NotArrived.State()
    }

    var speeding: Speeding.State {
        get { both.first?.speeding ?? Speeding.State() }
        set { if makeRoom(unless: newValue == Speeding.State()) { both[0].speeding = newValue } }
    }

    var notArrived: NotArrived.State {
        get { both.first?.notArrived ?? NotArrived.State() }
        set { if makeRoom(unless: newValue == NotArrived.State()) { both[0].notArrived = newValue } }
    }

    /// - Returns: whether there is room.
    private mutating func makeRoom(unless isBlank: Bool) -> Bool {
        if both.isEmpty, !isBlank { both = [Both()] }
        return !both.isEmpty
    }

    static func == (a: Self, b: Self) -> Bool { a.speeding == b.speeding && a.notArrived == b.notArrived }
}
