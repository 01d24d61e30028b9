internal import Geometry
internal import Positioning

/// The awake devices of a shard by the numbers that its caller has for them: that saves hashing a name, and looking for it all over
/// the memory.
///
/// Numbers are taken on trust for nothing but speed: a device has one at most, and another device that is given it takes it over.
/// A class, so that nobody changes it while it is looked into, which would else be checked at every report.
final class NumberedDevices {
    private(set) var devices: [Device?] = []
    /// See ``prefetch(_:withRules:)``.
    private var coming = -1

    @inline(__always)
    subscript(number: Int) -> Device? { devices.indices.contains(number) ? devices[number] : nil }

    func note(_ device: Device, number: Int) {
        guard Limits.deviceNumbers.contains(number) else { return }
        forget(device)
        if devices.count <= number {
            devices.append(contentsOf: repeatElement(nil, count: number + 1 - devices.count))
        }
        devices[number]?.number = nil
        devices[number] = device
        device.number = number
    }

    func forget(_ device: Device) {
        if let number = device.number { devices[number] = nil }
        device.number = nil
    }

    /// Has what is remembered of a device brought into the processor's cache, and what lies behind that of the device that this was
    /// called for last: where it lies is known by now.
    /// - Returns: what that one was nearest to.
    @inline(__always)
    func prefetch(_ number: Int, withRules: Bool) -> NearestEdge {
        var edge = NearestEdge.none
        if let device = self[coming] {
            let next = unsafe device.memory.state.whatLiesBehind
            if let places = unsafe next.places { unsafe Device.prefetch(placesAt: places) }
            edge = unsafe next.edge
        }
        coming = number
        if let address = unsafe self[number]?.address { unsafe Device.prefetch(at: address, withRules: withRules) }
        return edge
    }
}
