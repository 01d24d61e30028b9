import CLinux
import Glibc
import Positioning

/// What this machine has, and lets this process have.
public enum Machine {
    /// Processors that may be used; at least 1.
    public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Lets this process open as many files as it is allowed to: systemd and shells begin with 1,024, less than
    /// connections may be.
    /// - Returns: how many may be open from now on.
    @discardableResult
    public static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        let isRaised = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0
        return Int(clamping: isRaised ? raised.rlim_cur : limit.rlim_cur)
    }
}

extension Machine {
    /// Keeps memory that was freed, up to ``Limits/keptMemory`` for each thread, to be used again: a pipeline's batches come and
    /// go all the time, and to give their pages back and fault them in anew costs more than to fill them.
    public static func keepFreedMemory() { _ = clinux_keep_freed_memory(Limits.keptMemory) }

    /// Runs what fills much memory that stays: meanwhile ``Limits/memoryAtOnce`` are asked of the system at once, where a thread
    /// but the first asks for each page by itself, which takes as long as to fill it. What is not filled takes no memory.
    public static func fillingMemory<Value>(_ body: () throws -> Value) rethrows -> Value {
        _ = clinux_ask_memory_at_once(Limits.memoryAtOnce)
        defer { _ = clinux_ask_memory_at_once(Limits.memoryAsked) }
        return try body()
    }

    /// Gives the system back all memory that was freed, also in the midst of what is in use, where the allocator never does by
    /// itself. Threads that allocate meanwhile wait, some 10 ms for 100 MB.
    public static func giveBackMemory() { clinux_give_back_memory() }

    /// Memory of this process that is in RAM, in bytes; 0 where `/proc` does not say (proc(5), statm).
    public static var residentBytes: Int {
        guard let text = try? firstLine(of: "/proc/self/statm") else { return 0 }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    /// Bytes that are allocated by the first thread now, the allocator's overhead included (mallinfo2(3)).
    public static var allocatedBytes: Int { clinux_allocated_bytes() }

    /// Processor time that the calling thread has used: another program's work does not count.
    public static var threadTime: Duration {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Open descriptors of this process; 0 where `/proc` does not say.
    public static var openDescriptors: Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder itself.
        return max(count - 3, 0)
    }

    private static func firstLine(of path: String) throws(SystemError) -> String {
        let file = try Descriptor.open(path, flags: O_RDONLY)
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = try file.read(into: &buffer, what: "cannot read \(path)") ?? 0
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}
