import Glibc

/// The system calls that the event file is read and changed by, as arguments: a test makes them fail as disks do.
///
/// Each returns what the call of its name does: -1 with errno where it fails.
public struct FileCalls: Sendable {
    /// pwrite's brother for a file that is opened with O_APPEND; may write less than it is given.
    public var write: @Sendable (_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Int
    public var truncate: @Sendable (_ descriptor: Int32, _ length: Int) -> Int32
    /// Fills `bytes` from `offset` on; may fill less of it.
    public var read: @Sendable (_ descriptor: Int32, _ bytes: inout ArraySlice<UInt8>, _ offset: Int) -> Int
    /// Waits until the file is on the disk.
    public var sync: @Sendable (_ descriptor: Int32) -> Int32

    public init(
        write: @escaping @Sendable (Int32, ArraySlice<UInt8>) -> Int,
        truncate: @escaping @Sendable (Int32, Int) -> Int32,
        read: @escaping @Sendable (Int32, inout ArraySlice<UInt8>, Int) -> Int,
        sync: @escaping @Sendable (Int32) -> Int32
    ) {
        self.write = write
        self.truncate = truncate
        self.read = read
        self.sync = sync
    }

    public static let system = FileCalls(
        write: { number, bytes in
            unsafe bytes.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
        },
        truncate: { number, length in ftruncate(number, length) },
        read: { number, bytes, offset in
            unsafe bytes.withUnsafeMutableBytes { unsafe pread(number, $0.baseAddress, $0.count, offset) }
        },
        sync: { fsync($0) })
}
