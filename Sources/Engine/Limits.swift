public import Positioning

extension Limits {
    /// Devices that one shard keeps state for. A report of a further one is rejected as ``Rejection/too_many_devices``.
    public static let devicesPerShard = 1_000_000
    /// Bytes of one device's snapshot: many times what a device in a dozen fences takes. A longer one is not read.
    public static let snapshotBytes = 64 * 1024
}
