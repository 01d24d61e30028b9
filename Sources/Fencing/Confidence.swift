import Glibc

/// The probability that a transition is right, given how many standard deviations spoke for it.
///
/// Taken from Student's t with three degrees of freedom and not from the normal curve: a receiver's errors have heavy
/// tails (multipath, a reflected signal), so 4.5 standard deviations are right in 99 cases of 100, not in 300,000 of 300,001.
/// - Parameter strength: standard deviations.
/// - Returns: 0…1.
public func confidence(strength: Double) -> Double {
    let x = strength / 3.0.squareRoot()
    return min(max(0.5 + (x / (1 + x * x) + atan(x)) / Double.pi, 0), 1)
}
