import Foundation
import Glibc
import Platform
import Store
import TestSupport
import Testing

@Suite struct RegistryTests {
    private static let epoch = """
        $GPRMC,010000.00,A,3954.52200,N,11623.85000,E,19.4,90.0,020326,,,A*5B\r
        $GPGGA,010000.00,3954.52200,N,11623.85000,E,1,09,0.9,45.0,M,0.0,M,,*68\r

        """

    /// Over real sockets, a stream without an id is the device that the registry has at its address, however that is written.
    @Test(arguments: [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "::ffff:127.0.0.1"), ("::1", "0:0:0:0:0:0:0:1")])
    func theRegistryNamesAStreamWithoutAnID(peer: String, written: String) throws {
        let scratch = try Scratch()
        let port = try freePort()
        let endpoint = try #require(Endpoint(address: peer, port: port))
        try scratch.write(World.geoJSON(at: [0]), to: "fences/squares.geojson")
        try scratch.write("devices:\n  - id: van-01\n    sources: [\"udp:\(written)\"]\n", to: "devices.yaml")
        let file = try scratch.write(
            """
            store: geofenced.sqlite3
            events: events.ndjson
            fences: fences
            devices: devices.yaml
            unknown_devices: reject
            metrics: none
            sources: [{udp: "\(endpoint)"}]
            """, to: "geofenced.yaml")
        let daemon = try RunningCommand(["run", "--config", file], log: scratch.path + "/log")
        try UDPSender(to: endpoint).send(Array(Self.epoch.utf8))
        try eventually("the fix is in the store") { try StoreReader(path: scratch.store).summary().fixes == 1 }
        #expect(daemon.end(SIGTERM) == 0, "\(daemon.errors)")
        let isKnown = try StoreReader(path: scratch.store).track(device: "van-01", from: nil, to: nil) { _ in }
        #expect(isKnown)
    }

    /// Two daemons with a store each and one event file: the second ends and says why.
    @Test func oneEventFileHasOneDaemon() throws {
        let scratch = try Scratch()
        try scratch.write(World.geoJSON(at: [0]), to: "fences/squares.geojson")
        let files = try ["a", "b"].map { name in
            try scratch.write(
                "store: \(name)\nevents: events\nfences: fences\nmetrics: none\nsources: [{udp: \"127.0.0.1:\(try freePort())\"}]\n",
                to: "\(name).yaml")
        }
        let first = try RunningCommand(["run", "--config", files[0]], log: scratch.path + "/log")
        let ended = #expect(throws: RunningCommand.Ended.self) {
            try RunningCommand(["run", "--config", files[1]], log: scratch.path + "/log2")
        }
        #expect(
            ended?.errors.contains("another geofenced is writing to this event file") == true, "\(ended?.errors ?? "")")
        #expect(first.end(SIGTERM) == 0)
    }
}
