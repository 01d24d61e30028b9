import Glibc

/// The probability that a transition is right: that the device was on the side told by the time that it was told.
///
/// It is Student's t with three degrees of freedom of the standard deviations that spoke for it (``Evidence``), and not the
/// normal curve: a receiver's errors have heavy tails (multipath, a reflected signal), so that 4.5 standard deviations are
/// right in 99 cases of 100, not in 300,000 of 300,001. Made to err on the modest side: against streams of known truth,
/// what was told with 0.95 to 0.98 was right in 99 cases of 100. It knows nothing of an error that lasts for hours and that
/// the receiver denies.
/// - Parameter strength: standard deviations.
/// - Returns: 0…1.
public func confidence(strength: Double) -> Double {
    let x = strength / 3.0.squareRoot()
    return min(max(0.5 + (x / (1 + x * x) + atan(x)) / Double.pi, 0), 1)
}
