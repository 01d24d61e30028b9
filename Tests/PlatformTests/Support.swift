import Glibc
import Platform

/// Asks again and again until it holds or the time is over.
func eventually(within wait: Duration = .seconds(60), _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = MonotonicTime.now + wait
    while true {
        if try condition() { return true }
        if deadline < MonotonicTime.now { return false }
        usleep(500)
    }
}
