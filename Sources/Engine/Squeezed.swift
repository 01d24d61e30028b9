internal import CZlib

/// Bytes in less room (zlib's), for those of a silent device: its times and places come several times over, and many of its numbers
/// are 0. Of 610 bytes some 250 are left. It takes 16 microseconds, and one to have them back.
struct Squeezed {
    private let bytes: [UInt8]
    private let plainCount: UInt32

    /// - Returns: `nil` where they would take no less, or where there is no memory.
    init?(_ plain: [UInt8]) {
        guard let count = UInt32(exactly: plain.count), count > 0 else { return nil }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: plain.count) { room, made in
            unsafe made = plain.withUnsafeBufferPointer {
                Int(unsafe czlib_squeeze($0.baseAddress, count, room.baseAddress, count))
            }
        }
        guard !bytes.isEmpty else { return nil }
        // Without the room that they did not need.
        self.bytes = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        plainCount = count
    }

    /// Bytes that they take.
    var count: Int { bytes.count }

    /// As they were; `nil` where there is no memory.
    var plain: [UInt8]? {
        let plain = unsafe [UInt8](unsafeUninitializedCapacity: Int(plainCount)) { room, made in
            unsafe made = bytes.withUnsafeBufferPointer {
                Int(unsafe czlib_unsqueeze($0.baseAddress, UInt32($0.count), room.baseAddress, plainCount))
            }
        }
        return plain.isEmpty ? nil : plain
    }
}
