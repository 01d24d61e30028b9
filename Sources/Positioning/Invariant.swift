/// Ends the process where the project itself is wrong, in release builds too, and says why: going on would tell untruths.
/// Never for input, and never for a failing world. `precondition` would not do: an `-Ounchecked` build takes it as true.
public func invariant(_ condition: @autoclosure () -> Bool, _ why: @autoclosure () -> String) {
    if !condition() { fatalError("invariant broken: \(why())") }
}
