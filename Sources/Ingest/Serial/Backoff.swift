/// The waits between attempts: each twice the last, up to a bound.
struct Backoff {
    let first: Duration
    let longest: Duration
    private var upcoming: Duration

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
        upcoming = first
    }

    /// The wait before the next attempt.
    mutating func next() -> Duration {
        let wait = upcoming
        upcoming = min(upcoming * 2, longest)
        return wait
    }

    /// An attempt has worked.
    mutating func reset() { upcoming = first }
}
