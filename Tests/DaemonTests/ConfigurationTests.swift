import Daemon
import Foundation
import Glibc
import Ingest
import Platform
import Positioning
import Store
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    @Test func everythingSaidIsTaken() throws {
        let configuration = try Configuration(
            yaml: """
                store: data/geofenced.sqlite3
                events: /var/log/events.ndjson
                fences: fences
                devices: devices.yaml
                unknown_devices: quarantine
                durability: power
                batch: latency
                late_hours: 24
                keep: {fixes_days: 0, events_days: 0}
                sources:
                  - udp: 0.0.0.0:5005
                  - tcp: "[::]:5023"
                    protocol: nmea
                    device: boat
                    datum: bd09
                  - serial: /dev/ttyUSB0
                    baud: auto
                    device: van-01
                  - serial: /dev/ttyUSB1
                    baud: 38400
                """, file: "/etc/geofenced/geofenced.yaml")
        #expect(
            configuration.store == "/etc/geofenced/data/geofenced.sqlite3", "relative to the configuration's folder")
        #expect(configuration.events == "/var/log/events.ndjson")
        #expect(configuration.fences == "/etc/geofenced/fences")
        #expect(configuration.devices == "/etc/geofenced/devices.yaml")
        #expect(configuration.unknownDevices == .quarantine)
        #expect(configuration.durability == .power)
        #expect(configuration.batching == .latency && Configuration().batching == .throughput)
        #expect(configuration.lateHorizon_s == 86_400)
        #expect(configuration.keep.fixes_days == 0 && configuration.keep.events_days == 0)
        #expect(
            configuration.sources.map(\.kind) == [
                .udp(try #require(Endpoint("0.0.0.0:5005"))), .tcp(try #require(Endpoint("[::]:5023"))),
                .serial(path: "/dev/ttyUSB0", baud: .auto), .serial(path: "/dev/ttyUSB1", baud: .fixed(.b38400)),
            ])
        #expect(configuration.sources.map(\.datum) == [.wgs84, .bd09, .wgs84, .wgs84])
        #expect(configuration.sources.map(\.device) == [nil, "boat", "van-01", nil])
    }

    @Test(arguments: ["", "# nothing but a comment\n"])
    func anEmptyFileIsAllDefaults(text: String) throws {
        let configuration = try Configuration(yaml: text, file: "c.yaml")
        #expect(configuration == Configuration())
        #expect(configuration.sources.map(\.name) == ["udp 0.0.0.0:5005"])
    }

    /// Each wrong configuration: its one line names file, line, what is wrong and what to write instead.
    @Test(arguments: [
        ("stroe: /tmp/x", "c.yaml:1: unknown key `stroe` in the configuration: did you mean `store`?"),
        ("store:", "c.yaml:1: `store` has no value: write one after the colon, or leave the line out for the default"),
        ("store: a\nstore: b", "c.yaml:1: the settings that begin here have `store` twice: keep one of them"),
        ("sources: [", "c.yaml:2: is not YAML"),
        ("- a\n- b", "c.yaml:1: the configuration must be settings, one `key: value` a line"),
        (
            "unknown_devices: ignore",
            "c.yaml:1: `unknown_devices` can't be `ignore`: use one of `accept`, `quarantine`, `reject`"
        ),
        (
            "unknown_devices: reject",
            "c.yaml:1: `unknown_devices: reject` without a registry would turn every device away"
        ),
        (
            "late_hours: 0",
            "c.yaml:1: `late_hours` can't be `0`: write a whole number from 1 to 720, without separators"
        ),
        (
            "late_hours: 3 d",
            "c.yaml:1: `late_hours` can't be `3 d`: write a whole number from 1 to 720, without separators"
        ),
        ("durability: powr", "c.yaml:1: `durability` can't be `powr`: did you mean `power`?"),
        ("batch: 100", "c.yaml:1: `batch` can't be `100`: use one of `throughput`, `latency`"),
        ("keep: 60", "c.yaml:1: `keep` must be settings"),
        ("keep: {fix_days: 60}", "c.yaml:1: unknown key `fix_days` in `keep`: did you mean `fixes_days`?"),
        (
            "keep:\n  fixes_days: 3",
            "c.yaml:2: `fixes_days: 3` can't be taken: give whole days from 4, which late fixes need, to 36500, or 0 for ever"
        ),
        (
            "keep: {fixes_days: 10}\nlate_hours: 240",
            "c.yaml:1: `fixes_days: 10` can't be taken: give whole days from 11"
        ),
        ("keep: {events_days: -1}", "c.yaml:1: `events_days: -1` can't be taken"),
        (
            "keep: {fixes_days: 500}",
            "c.yaml:1: `events_days: 400` is less than `fixes_days: 500`: keep events at least as long"
        ),
        ("keep: {fixes_days: 0}", "c.yaml:1: `events_days: 400` is less than `fixes_days: 0`, for ever"),
        ("sources: udp", "c.yaml:1: `sources` must be a list: begin each of its lines with `- `"),
        ("sources: []", "c.yaml:1: `sources` is empty: give at least one, as `- udp: 0.0.0.0:5005`"),
        (
            "sources:\n  - udp: 5005",
            "c.yaml:2: `udp: 5005` is no address with a port (1…65535): write it as `udp: 0.0.0.0:5005`"
        ),
        ("sources:\n  - udp: 0.0.0.0:70000", "c.yaml:2: `udp: 0.0.0.0:70000` is no address with a port"),
        ("sources:\n  - udp: localhost:5005", "c.yaml:2: `udp: localhost:5005` is no address with a port"),
        ("sources:\n  - device: x", "c.yaml:2: a source names no kind: begin it with one of `udp:`, `tcp:`, `serial:`"),
        ("sources:\n  - udp: 0.0.0.0:1\n    tcp: 0.0.0.0:2", "c.yaml:2: a source names `udp` and `tcp`"),
        ("sources:\n  - tcp: 0.0.0.0:1\n    protocol: gt6", "c.yaml:3: `protocol` can't be `gt6`: use one of `nmea`"),
        ("sources:\n  - serial: ttyUSB0", "c.yaml:2: `serial: ttyUSB0` is no path of a device: write a whole path"),
        (
            "sources:\n  - serial: /dev/ttyS0\n    baud: 9601",
            "c.yaml:3: `baud: 9601` is no rate of a serial receiver: write `auto`"
        ),
        ("sources:\n  - udp: 0.0.0.0:1\n    baud: auto", "c.yaml:3: `baud` belongs to a serial source, not to `udp`"),
        ("sources:\n  - udp: 0.0.0.0:1\n  - udp: 0.0.0.0:1", "c.yaml:3: the source `udp 0.0.0.0:1` is there twice"),
        ("store: s\nevents: s-wal", "c.yaml:2: `events` is the same file as `store`, or one that belongs to it"),
        ("sources: [{tcp: \"127.0.0.1:9464\"}]", "c.yaml:1: `metrics: 127.0.0.1:9464` is also a source"),
        ("store: same\nevents: same", "c.yaml:2: `events` is the same file as `store`"),
    ])
    func aWrongConfigurationHasItsOneLine(text: String, line: String) {
        do {
            _ = try Configuration(yaml: text, file: "c.yaml")
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.lines.count == 1, "\(error)")
            #expect(error.lines.first?.hasPrefix(line) == true, "\(error)")
            #expect(error.lines.first?.contains("\n") == false)
        }
    }

    @Test func allThatIsWrongIsToldAtOnce() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try Configuration(yaml: "stroe: a\nfence: b\nsources:\n  - udp: x\n  - serial: y\n", file: "c.yaml")
        }
        #expect(error?.lines.count == 4)
    }

    @Test func theRegistryKnowsDevicesAndTheirAddresses() throws {
        let registry = try Registry(
            yaml: """
                devices:
                  - id: "860000000000001"
                    name: 张伟
                    group: sales
                    sources: [udp:10.0.0.7]
                  - id: van-01
                    datum: gcj02
                    sources: ["serial:/dev/ttyUSB0", "udp:10.0.0.9"]
                  - id: van-02
                    sources: ["udp:10.0.0.9"]
                """, file: "d.yaml")
        #expect(registry.devices["860000000000001"]?.name == "张伟")
        #expect(registry.groups == ["860000000000001": "sales"])
        #expect(registry.devices["van-01"]?.datum == .gcj02)
        #expect(
            registry.deviceByAddress == ["udp:10.0.0.7": "860000000000001", "serial:/dev/ttyUSB0": "van-01"],
            "an address that two devices share names neither")
    }

    @Test(arguments: [
        ("devices:\n  - name: x", "d.yaml:2: a device has no `id`"),
        ("devices:\n  - id: a\n  - id: a", "d.yaml:3: the device `a` is there twice"),
        ("devices:\n  - id: a\n    datum: wgs85", "d.yaml:3: `datum` can't be `wgs85`: did you mean `wgs84`?"),
        ("devices:\n  - id: a\n    sources: [10.0.0.1]", "d.yaml:3: `10.0.0.1` is no source address"),
        (
            "devices:\n  - id: a\n    sources: [\"udp:10.0.0.300\"]",
            "d.yaml:3: `udp:10.0.0.300` has no numeric IPv4 or IPv6 address: write it as `udp:10.0.0.7`"
        ),
        (
            "devices:\n  - id: a\n    sources: [\"tcp:10.0.0.7:5005\"]",
            "d.yaml:3: `tcp:10.0.0.7:5005` has a port, and trackers change theirs: leave it out: `tcp:10.0.0.7`"
        ),
        (
            "devices:\n  - id: a\n    sources: [\"udp:[2001:db8::1]:5005\"]",
            "d.yaml:3: `udp:[2001:db8::1]:5005` has a port, and trackers change theirs: leave it out: `udp:2001:db8::1`"
        ),
        ("devices:\n  - id: a\n    sources: [\"udp:van.example\"]", "d.yaml:3: `udp:van.example` has no numeric"),
        ("devices:\n  - id: a\n    sources: [\"udp:\"]", "d.yaml:3: `udp:` has no numeric"),
        (
            "devices:\n  - id: a\n    sources: [\"serial:ttyUSB0\"]",
            "d.yaml:3: `serial:ttyUSB0` names no path of a device"
        ),
        ("device:\n  - id: a", "d.yaml:1: unknown key `device` in the registry: did you mean `devices`?"),
    ])
    func aWrongRegistryHasItsOneLine(text: String, line: String) {
        do {
            _ = try Registry(yaml: text, file: "d.yaml")
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.lines.count == 1 && error.lines[0].hasPrefix(line), "\(error)")
        }
    }

    /// An address in any spelling is the one that the sources give their peers.
    @Test(arguments: [
        ("udp:10.0.0.7", "udp:10.0.0.7"), ("tcp:10.0.0.7", "tcp:10.0.0.7"),
        ("udp:::ffff:10.0.0.7", "udp:10.0.0.7"), ("udp:2001:DB8:0:0::0001", "udp:2001:db8::1"),
        ("udp:[2001:db8::1]", "udp:2001:db8::1"), ("udp:::1", "udp:::1"),
        ("serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0"),
    ])
    func aRegisteredAddressHasTheFormOfPeers(written: String, address: String) throws {
        let registry = try Registry(
            yaml: "devices:\n  - id: a\n    sources: [\"\(written)\", \"\(address)\"]\n", file: "d.yaml")
        #expect(registry.devices["a"]?.sources == [address], "the same address twice is one")
        #expect(registry.deviceByAddress == [address: "a"])
    }

    @Test func aByteOrderMarkIsNoPartOfTheFirstKey() throws {
        let configuration = try Configuration(yaml: "\u{FEFF}store: /data/s.sqlite3\n", file: "c.yaml")
        #expect(configuration.store == "/data/s.sqlite3")
    }

    @Test func aFolderOfFencesThatIsNoneSaysWhatItIs() throws {
        let scratch = try Scratch()
        let file = try scratch.write("{}", to: "hq.geojson")
        func line(_ folder: String) -> String {
            let error = #expect(throws: ConfigurationErrors.self) { try FenceFolder.load(folder) }
            return error?.lines.first ?? ""
        }
        #expect(
            line(file)
                == "\(file): the folder of fences cannot be read: it is a file; name the folder that the file is in")
        #expect(line(scratch.path + "/none").contains("it is not there; make it"))
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func aForbiddenFolderOfFencesSaysSo() throws {
        let scratch = try Scratch()
        try scratch.write("{}", to: "closed/hq.geojson")
        let folder = scratch.path + "/closed"
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder) }
        let error = #expect(throws: ConfigurationErrors.self) { try FenceFolder.load(folder) }
        #expect(error?.lines.first?.contains("not permitted") == true)
    }
}
