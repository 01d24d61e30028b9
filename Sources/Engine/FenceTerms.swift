internal import CProcessor
internal import Fencing

/// On what terms each fence is decided about. Most fences have the same, so what every fix asks for stays at hand, however many
/// there are.
struct FenceTerms {
    private struct Terms: Hashable {
        let policy: FencePolicy
        let groups: [String]
    }

    private var distinct: [Terms] = []
    /// Each fence's, of those.
    private var numbers: [UInt32] = []

    init(_ fences: [Fence]) {
        var known: [Terms: UInt32] = [:]
        numbers.reserveCapacity(fences.count)
        for fence in fences {
            let terms = Terms(policy: fence.policy, groups: fence.groups)
            // A file's are mostly alike, which is sooner seen than they are looked for.
            if let last = numbers.last, distinct[Int(last)] == terms {
                numbers.append(last)
                continue
            }
            let number = known[terms] ?? UInt32(distinct.count)
            if number == distinct.count {
                known[terms] = number
                distinct.append(terms)
            }
            numbers.append(number)
        }
    }

    /// Has the terms of a fence brought into the processor's cache.
    @inline(__always)
    func prefetch(_ fence: Int) {
        unsafe numbers.withUnsafeBufferPointer { numbers in
            guard fence < numbers.count, let first = numbers.baseAddress else { return }
            unsafe cprocessor_prefetch(first + fence, 1)
        }
    }

    @inline(__always)
    func policy(of fence: Int) -> FencePolicy { distinct[Int(numbers[fence])].policy }

    /// See ``Fencing/Fence/applies(to:)``.
    @inline(__always)
    func applies(_ fence: Int, to group: String?) -> Bool {
        let number = Int(numbers[fence])
        return distinct[number].groups.isEmpty || group.map { distinct[number].groups.contains($0) } ?? false
    }
}
