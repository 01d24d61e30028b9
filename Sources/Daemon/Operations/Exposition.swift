/// Metrics as text, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
struct Exposition {
    private(set) var text = ""

    enum Kind: String {
        case counter, gauge, histogram
    }

    /// One family of samples, which must come together.
    mutating func family(
        _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]
    ) {
        guard !samples.isEmpty else { return }
        begin(name, kind, help)
        for sample in samples { add(name, sample.labels, sample.value) }
    }

    mutating func family(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        family(name, kind, help, [([], value)])
    }

    mutating func family(_ name: String, _ help: String, _ histogram: Histogram) {
        begin(name, .histogram, help)
        var below = 0
        for (bound, count) in zip(Histogram.bounds_s, histogram.counts) {
            below += count
            add("\(name)_bucket", [("le", Self.text(bound))], Double(below))
        }
        add("\(name)_bucket", [("le", "+Inf")], Double(histogram.count))
        add("\(name)_sum", [], histogram.sum_s)
        add("\(name)_count", [], Double(histogram.count))
    }

    private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func add(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }.joined(separator: ",") + "}"
        }
        text += " \(Self.text(value))\n"
    }

    private static func text(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
