/// Reads metrics as the format's page says (https://prometheus.io/docs/instrumenting/exposition_formats/), and is strict:
/// what it doesn't know is an error.
struct ExpositionChecker {
    private var samples: [String: Double] = [:]
    private var families: [String: String] = [:]
    private var family = ""

    struct Broken: Error, CustomStringConvertible {
        var line: Substring
        var why: String
        var description: String { "\(why): \(line)" }
    }

    /// - Returns: values by name and labels, as they stand in the text.
    static func samples(of text: String) throws -> [String: Double] {
        var checker = ExpositionChecker()
        guard text.hasSuffix("\n") else { throw Broken(line: text.suffix(40), why: "no line end at the end") }
        var helped = ""
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# HELP ") {
                helped = String(line.split(separator: " ")[2])
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, words[2] == helped else { throw Broken(line: line, why: "TYPE without HELP") }
                try checker.begin(helped, String(words[3]), line)
            } else {
                try checker.add(line)
            }
        }
        try checker.checkHistograms()
        return checker.samples
    }

    private mutating func begin(_ name: String, _ type: String, _ line: Substring) throws {
        guard families.updateValue(type, forKey: name) == nil else { throw Broken(line: line, why: "told twice") }
        guard ["counter", "gauge", "histogram"].contains(type) else { throw Broken(line: line, why: "unknown type") }
        guard (type == "counter") == name.hasSuffix("_total") else {
            throw Broken(line: line, why: "counters end with _total, and nothing else does")
        }
        family = name
    }

    private mutating func add(_ line: Substring) throws {
        let pattern = #/([a-z][a-z0-9_]*)(\{.*\})? (\S+)/#
        guard let match = line.wholeMatch(of: pattern), let value = Double(match.3) else {
            throw Broken(line: line, why: "no sample")
        }
        var name = String(match.1)
        if families[family] == "histogram" {
            for suffix in ["_bucket", "_sum", "_count"] where name == family + suffix { name = family }
        }
        guard name == family else { throw Broken(line: line, why: "not of the family \(family)") }
        if let labels = match.2 {
            let label = #/[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*"/#
            var rest = labels.dropFirst().dropLast()
            while let found = rest.prefixMatch(of: label) {
                rest = rest[found.range.upperBound...]
                if rest.first == "," { rest = rest.dropFirst() }
            }
            guard rest.isEmpty else { throw Broken(line: line, why: "wrong labels") }
        }
        let key = "\(match.1)\(match.2 ?? "")"
        guard samples.updateValue(value, forKey: key) == nil else {
            throw Broken(line: line, why: "the same sample twice")
        }
    }

    private func checkHistograms() throws {
        for (name, type) in families where type == "histogram" {
            let buckets = samples.compactMap { key, value -> (Double, Double)? in
                guard let match = key.wholeMatch(of: #/(.*)_bucket\{le="(.*)"\}/#), match.1 == name else { return nil }
                return (match.2 == "+Inf" ? .infinity : Double(match.2) ?? .nan, value)
            }.sorted { $0.0 < $1.0 }
            let isRising = zip(buckets, buckets.dropFirst()).allSatisfy { $0.1 <= $1.1 }
            guard isRising, buckets.last?.0 == .infinity, buckets.last?.1 == samples[name + "_count"] else {
                throw Broken(line: name[...], why: "buckets do not add up")
            }
        }
    }
}
