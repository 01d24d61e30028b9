import Foundation
import TestSupport
import Testing

@testable import Geometry

@Suite struct JSONTests {
    /// The value as plain text again, so that it can be compared with what Foundation reads.
    private func plain(_ value: JSONValue) -> String {
        switch value.kind {
        case .null: return "null"
        case .yes: return "true"
        case .no: return "false"
        case .number: return "\(value.number ?? .nan)"
        case .string: return "'\(value.string ?? "")'"
        case .array: return "[\((value.elements.map(Array.init) ?? []).map(plain).joined(separator: ","))]"
        case .object:
            return "{\((value.members ?? []).map { "'\($0.name)':\(plain($0.value))" }.joined(separator: ","))}"
        }
    }

    private func parsed(_ text: String) throws -> String { plain(try JSONParser.parse(Array(text.utf8)).root) }

    @Test(arguments: [
        ("null", "null"), (" [ ] ", "[]"), ("{}", "{}"), ("[[],[[]],{}]", "[[],[[]],{}]"), ("-0", "-0.0"),
        ("1e2", "100.0"),
        ("0.1", "0.1"), ("116.39750000000001", "116.39750000000001"), ("123456789012345678", "1.2345678901234568e+17"),
        ("1E-7", "1e-07"), ("-12.5e+1", "-125.0"), ("1e-999", "0.0"), (#""\u0041\/\"\\\n\ud83d\ude9a""#, "'A/\"\\\n🚚'"),
        (#"{"a":1,"b":[true,false,{"c":"é"}]}"#, "{'a':1.0,'b':[true,false,{'c':'é'}]}"), ("\u{FEFF}1", "1.0"),
    ])
    func reads(_ text: String, _ expected: String) throws { #expect(try parsed(text) == expected) }

    @Test(arguments: [
        "", " ", "nul", "[1,]", "[,1]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[1 2]", "01", "-", "+1", ".5", "1.", "1e",
        "0x1", "NaN", "Infinity", "1e999",
        "\"", "\"\t\"", #""\x""#, #""\u12g4""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "[", "{", "{\"a\"",
        "{\"a\":", "]", "1 1", "'a'", "//", "tru", "[1}", "\u{FEFF}",
    ])
    func refuses(_ text: String) { #expect(throws: JSONError.self) { try JSONParser.parse(Array(text.utf8)) } }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONParser.parse(nested(64))
        #expect(throws: JSONError.self) { try JSONParser.parse(nested(65)) }
        #expect(throws: JSONError.self) {
            try JSONParser.parse([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
        }
    }

    @Test func numbersAreTheNearestDoubles() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            let places = Int.random(in: 0...17, using: &generator)
            let digits = (0...places).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
            let text = "\(Int.random(in: -999...999, using: &generator)).\(digits)"
            let value = try JSONParser.parse(Array(text.utf8)).root
            #expect(value.number == Double(text), "\(text)")
            #expect(value.numberText == text)
        }
    }

    @Test func linesAreKnown() throws {
        let root = try JSONParser.parse(Array("[\n1,\n\n[2,\n3]]".utf8)).root
        #expect(root.elements.map { $0.map(\.line) } == [2, 4])
    }

    /// Whatever the bytes: a document or an error, and the same judgement as the library's where that is as strict.
    @Test(arguments: UInt64(0)..<8)
    func anyBytesAreReadOrRefused(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let seeds =
            try exampleFiles().map(\.bytes) + [
                Array(
                    #"{"type":"Feature","id":"\u00e9\ud83d\ude9a","n":[-1.5e-3,0,true,null,{"a":{}}],"geometry":null}"#
                        .utf8)
            ]
        var read = 0
        for round in 0..<150 {
            var bytes = seeds[round % seeds.count]
            if bytes.count > 600 { bytes = Array(bytes[..<Int.random(in: 1...600, using: &generator)]) }
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
                default: bytes[place] = Array("{}[]\",:\\ue-.0".utf8).randomElement(using: &generator) ?? 0
                }
                if bytes.isEmpty { bytes = [0x7B] }
            }
            let document = try? JSONParser.parse(bytes)
            let foundation = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            if let document {
                read += 1
                _ = plain(document.root)
                #expect(foundation != nil, "seed \(seed) round \(round): \(String(decoding: bytes, as: UTF8.self))")
            }
            _ = try? FenceCatalogue.load([FenceFile(name: "fuzz", bytes: bytes)])
        }
        #expect(read > 0, "seed \(seed)")
    }

    /// Whole files with values exchanged: what is JSON but no fence is told in lines, and what loads can be asked
    /// anything.
    @Test(arguments: UInt64(0)..<4)
    func anyJSONLoadsOrIsToldWhy(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let files = try exampleFiles()
        let values = [
            "null", "true", "-1", "1e300", "181", "91", "\"\"", "\"x\"", "[]", "{}", "[[]]", "[0,0]", "[[0,0],[0,0]]",
        ]
        for _ in 0..<60 {
            guard let file = files.randomElement(using: &generator) else { continue }
            var lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<lines.count, using: &generator)
                let comma = lines[place].hasSuffix(",") ? "," : ""
                let value = values.randomElement(using: &generator) ?? "0"
                if let colon = lines[place].range(of: "\": "), !lines[place].hasSuffix("{"),
                    !lines[place].hasSuffix("[")
                {
                    lines[place] = lines[place][..<colon.upperBound] + value + comma
                } else if lines[place].contains("[1") {
                    lines[place] = value + comma
                }
            }
            do {
                let catalogue = try FenceCatalogue.load([FenceFile(file.name, lines.joined(separator: "\n"))])
                let fences = try FenceIndex(catalogue)
                for fence in fences.fences.indices {
                    let distance = fences.signedDistance(to: fence, from: at(39.9, 116.4))
                    #expect(distance.isFinite)
                }
            } catch let error as FenceErrors {
                #expect(!error.issues.isEmpty, "seed \(seed)")
                #expect(
                    error.issues.allSatisfy {
                        $0.file == file.name && $0.line != nil && !$0.what.isEmpty && !$0.mend.isEmpty
                    })
            }
        }
    }
}
