/// FNV-1a of a device's id: the same device goes to the same shard in every run.
///
/// Anybody can make up ids of one hash: who looks something up by it must not look long.
struct DeviceHash {
    let value: UInt64

    init(_ device: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in device.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        value = hash
    }

    /// - Parameter count: of the shards, above 0.
    func shard(among count: Int) -> Int { Int(value % UInt64(count)) }
}
