import Foundation

/// One Swift file of the project, as text.
struct SourceFile {
    /// The target's folder, as `Engine`.
    var room: String
    var name: String
    var lines: [Substring]

    init(room: String, name: String, text: String) {
        self.room = room
        self.name = name
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Modules that it imports.
    var imports: [String] {
        lines.compactMap { line in
            var words = line.split(separator: " ")
            if let first = words.first,
                ["public", "internal", "package", "private", "fileprivate", "@testable"].contains(first)
            {
                words.removeFirst()
            }
            guard words.first == "import", words.count > 1 else { return nil }
            // `import struct Foundation.URL`
            let module = words.count > 2 ? words[2] : words[1]
            return module.split(separator: ".").first.map(String.init)
        }
    }

    /// The lines without comments and without what stands in quotes.
    var code: [String] {
        lines.map { line in
            var text = line
            if let comment = text.range(of: "//") { text = text[..<comment.lowerBound] }
            return text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined(separator: "\"\"")
        }
    }

    /// All files below `Sources`.
    static func all() throws -> [SourceFile] {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        guard let walk = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil) else { return [] }
        var files: [SourceFile] = []
        for case let url as URL in walk where url.pathExtension == "swift" {
            let path = url.path.dropFirst(sources.path.count + 1)
            files.append(
                SourceFile(
                    room: String(path.prefix { $0 != "/" }), name: String(path),
                    text: try String(contentsOf: url, encoding: .utf8)))
        }
        return files
    }
}
