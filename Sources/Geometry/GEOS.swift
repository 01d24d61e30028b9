internal import CGEOS

/// Why GEOS, or the room around it, could not make a shape.
public enum GeometryError: Error, Equatable, CustomStringConvertible {
    /// GEOS gave no context: it is out of memory.
    case noContext
    /// GEOS refused; what it was asked for, and what it said of it.
    case refused(operation: String, message: String)

    public var description: String {
        switch self {
        case .noContext: "GEOS could not be started: out of memory"
        case .refused(let operation, let message):
            "GEOS could not \(operation): \(message.isEmpty ? "no reason" : message)"
        }
    }
}

/// One GEOS context: one thread's at a time, as GEOS's reentrant interface requires.
///
/// No GEOS handle leaves this file, and everything made in a context keeps the context alive: hence `@safe`.
@safe final class GEOSContext {
    fileprivate let handle: GEOSContextHandle_t
    private let log = MessageLog()

    init() throws(GeometryError) {
        guard let handle = unsafe GEOS_init_r() else { throw .noContext }
        unsafe self.handle = handle
        let userData = unsafe Unmanaged.passUnretained(log).toOpaque()
        _ = unsafe GEOSContext_setErrorMessageHandler_r(handle, keepMessage, userData)
        _ = unsafe GEOSContext_setNoticeMessageHandler_r(handle, keepMessage, userData)
    }

    deinit { unsafe GEOS_finish_r(handle) }

    /// A failed operation, with the last thing that GEOS said since the one before.
    fileprivate func refusal(_ operation: String) -> GeometryError {
        defer { log.last = "" }
        return .refused(operation: operation, message: log.last)
    }
}

/// What GEOS says goes here instead of to standard error.
private final class MessageLog {
    var last = ""
}

private func keepMessage(_ message: UnsafePointer<CChar>?, _ userData: UnsafeMutableRawPointer?) {
    guard let message = unsafe message, let userData = unsafe userData else { return }
    unsafe Unmanaged<MessageLog>.fromOpaque(userData).takeUnretainedValue().last = String(cString: message)
}

/// What GEOS finds wrong with an area, and where.
struct GEOSDefect: Equatable {
    /// GEOS's own words, as "Self-intersection".
    var reason: String
    var position: Position?
}

/// A GEOS geometry and its owner.
@safe struct GEOSGeometry: ~Copyable {
    fileprivate let context: GEOSContext
    fileprivate let handle: OpaquePointer

    fileprivate init(_ context: GEOSContext, _ made: OpaquePointer?, _ operation: String) throws(GeometryError) {
        guard let made = unsafe made else { throw context.refusal(operation) }
        self.context = context
        unsafe handle = made
    }

    deinit { unsafe GEOSGeom_destroy_r(context.handle, handle) }

    /// One polygon: its outer ring, then its holes.
    /// - Parameter rings: each closed, of at least four positions.
    init(polygon rings: [Ring], in context: GEOSContext) throws(GeometryError) {
        try unsafe self.init(context, Self.polygon(rings, in: context), "make a polygon")
    }

    /// A multipolygon, as it stands: its parts may touch or overlap.
    init(area polygons: [[Ring]], in context: GEOSContext) throws(GeometryError) {
        var parts: [OpaquePointer?] = unsafe []
        for rings in polygons {
            guard let part = unsafe Self.polygon(rings, in: context) else {
                unsafe Self.destroy(parts, in: context)
                throw context.refusal("make a polygon")
            }
            unsafe parts.append(part)
        }
        let type = Int32(GEOS_MULTIPOLYGON.rawValue)
        // The collection takes its parts over, also where it fails.
        let collection = unsafe parts.withUnsafeMutableBufferPointer {
            unsafe GEOSGeom_createCollection_r(context.handle, type, $0.baseAddress, UInt32($0.count))
        }
        try unsafe self.init(context, collection, "make a multipolygon")
    }

    private static func polygon(_ rings: [Ring], in context: GEOSContext) -> OpaquePointer? {
        var made: [OpaquePointer?] = unsafe []
        for ring in rings {
            guard let handle = unsafe Self.linearRing(ring, in: context) else {
                unsafe Self.destroy(made, in: context)
                return nil
            }
            unsafe made.append(handle)
        }
        guard let shell = unsafe made.first else { return nil }
        var holes = unsafe Array(made.dropFirst())
        // The polygon takes its rings over, also where it fails.
        return unsafe holes.withUnsafeMutableBufferPointer {
            unsafe GEOSGeom_createPolygon_r(context.handle, shell, $0.baseAddress, UInt32($0.count))
        }
    }

    private static func linearRing(_ ring: Ring, in context: GEOSContext) -> OpaquePointer? {
        var ordinates = [Double]()
        ordinates.reserveCapacity(ring.count * 2)
        for position in ring {
            ordinates.append(position.longitude)
            ordinates.append(position.latitude)
        }
        let sequence = unsafe ordinates.withUnsafeBufferPointer {
            unsafe GEOSCoordSeq_copyFromBuffer_r(context.handle, $0.baseAddress, UInt32(ring.count), 0, 0)
        }
        // The ring takes its sequence over, also where it fails.
        return unsafe sequence.flatMap { unsafe GEOSGeom_createLinearRing_r(context.handle, $0) }
    }

    private static func destroy(_ handles: [OpaquePointer?], in context: GEOSContext) {
        unsafe handles.forEach { unsafe GEOSGeom_destroy_r(context.handle, $0) }
    }
}

extension GEOSGeometry {
    /// What makes it invalid after OGC Simple Features (ISO 19125-1, 6.1.11); `nil` where it is valid.
    func defect() throws(GeometryError) -> GEOSDefect? {
        var reason: UnsafeMutablePointer<CChar>?
        var location: OpaquePointer?
        let answer = unsafe GEOSisValidDetail_r(context.handle, handle, 0, &reason, &location)
        defer {
            if let reason = unsafe reason { unsafe GEOSFree_r(context.handle, reason) }
            if let location = unsafe location { unsafe GEOSGeom_destroy_r(context.handle, location) }
        }
        switch answer {
        case 1: return nil
        case 0:
            return unsafe GEOSDefect(reason: reason.map { unsafe String(cString: $0) } ?? "", position: point(location))
        default: throw context.refusal("judge a polygon")
        }
    }

    /// The area that its parts cover together: what they share is no boundary any more.
    func union() throws(GeometryError) -> GEOSGeometry {
        try unsafe GEOSGeometry(context, GEOSUnaryUnion_r(context.handle, handle), "unite polygons")
    }

    /// A position that is surely inside, away from the boundary where it can.
    func pointOnSurface() throws(GeometryError) -> Position {
        let surface = try unsafe GEOSGeometry(
            context, GEOSPointOnSurface_r(context.handle, handle), "find a point inside")
        guard let position = unsafe point(surface.handle) else { throw context.refusal("find a point inside") }
        return position
    }

    /// Whether the position is inside or on the boundary, without anything prepared.
    func intersects(_ position: Position) throws(GeometryError) -> Bool {
        let made = unsafe GEOSGeom_createPointFromXY_r(context.handle, position.longitude, position.latitude)
        let point = try unsafe GEOSGeometry(context, made, "make a point")
        switch unsafe GEOSIntersects_r(context.handle, handle, point.handle) {
        case 0: return false
        case 1: return true
        default: throw context.refusal("compare a point")
        }
    }

    /// The rings of its polygons.
    func polygons() throws(GeometryError) -> [[Ring]] {
        var polygons = [[Ring]]()
        for index in 0..<max(0, unsafe GEOSGetNumGeometries_r(context.handle, handle)) {
            guard let part = unsafe GEOSGetGeometryN_r(context.handle, handle, index),
                unsafe GEOSGeomTypeId_r(context.handle, part) == Int32(GEOS_POLYGON.rawValue),
                let shell = unsafe GEOSGetExteriorRing_r(context.handle, part)
            else { throw context.refusal("read a polygon back") }
            var rings = [try unsafe ring(shell)]
            for hole in 0..<max(0, unsafe GEOSGetNumInteriorRings_r(context.handle, part)) {
                guard let inner = unsafe GEOSGetInteriorRingN_r(context.handle, part, hole) else {
                    throw context.refusal("read a hole back")
                }
                rings.append(try unsafe ring(inner))
            }
            polygons.append(rings)
        }
        return polygons
    }

    private func ring(_ ring: OpaquePointer) throws(GeometryError) -> Ring {
        let count = unsafe GEOSGetNumCoordinates_r(context.handle, ring)
        guard count > 0, let sequence = unsafe GEOSGeom_getCoordSeq_r(context.handle, ring) else {
            throw context.refusal("read a ring back")
        }
        var ordinates = [Double](repeating: 0, count: Int(count) * 2)
        let copied = unsafe ordinates.withUnsafeMutableBufferPointer {
            unsafe GEOSCoordSeq_copyToBuffer_r(context.handle, sequence, $0.baseAddress, 0, 0)
        }
        guard copied == 1 else { throw context.refusal("read a ring back") }
        return stride(from: 0, to: ordinates.count, by: 2).map {
            Position(longitude: ordinates[$0], latitude: ordinates[$0 + 1])
        }
    }

    private func point(_ point: OpaquePointer?) -> Position? {
        var position = Position(longitude: 0, latitude: 0)
        guard let point = unsafe point,
            unsafe GEOSGeomGetX_r(context.handle, point, &position.longitude) == 1,
            unsafe GEOSGeomGetY_r(context.handle, point, &position.latitude) == 1
        else { return nil }
        return position
    }
}

/// An area prepared for many questions. GEOS builds what it needs at the first one and then keeps it, unguarded:
/// so it belongs to one thread.
@safe final class PreparedArea {
    private let geometry: GEOSGeometry
    private let prepared: OpaquePointer
    /// A position surely inside.
    let interior: Position

    init(_ geometry: consuming GEOSGeometry) throws(GeometryError) {
        let context = geometry.context
        guard let prepared = unsafe GEOSPrepare_r(context.handle, geometry.handle) else {
            throw context.refusal("prepare a polygon")
        }
        do {
            interior = try geometry.pointOnSurface()
        } catch {
            unsafe GEOSPreparedGeom_destroy_r(context.handle, prepared)
            throw error
        }
        unsafe self.prepared = prepared
        self.geometry = geometry
    }

    deinit { unsafe GEOSPreparedGeom_destroy_r(geometry.context.handle, prepared) }

    /// Whether the position is inside or on the boundary.
    func contains(_ position: Position) -> Bool {
        let context = unsafe geometry.context.handle
        // A point that GEOS cannot make, for want of memory, is in no area.
        guard let point = unsafe GEOSGeom_createPointFromXY_r(context, position.longitude, position.latitude) else {
            return false
        }
        defer { unsafe GEOSGeom_destroy_r(context, point) }
        return unsafe GEOSPreparedIntersects_r(context, prepared, point) == 1
    }
}
