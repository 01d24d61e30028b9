import Glibc

/// What this machine has.
public enum Machine {
    /// Processors that may be used; at least 1.
    public static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
