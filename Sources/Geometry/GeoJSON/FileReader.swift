internal import Positioning

/// Reads one file: a Feature or a FeatureCollection (RFC 7946, section 3.2 and 3.3).
struct FileReader {
    let file: String
    let context: GEOSContext

    init(file: String, context: GEOSContext) {
        self.file = file
        self.context = context
    }

    func read(_ bytes: [UInt8], into found: inout [LoadedFence], _ log: inout IssueLog) {
        let document: JSONDocument
        do { document = try JSONParser.parse(bytes) } catch {
            log.error(
                FenceIssue(
                    file: file, line: error.line, what: "column \(error.column): \(error.what)",
                    mend: "the file must be JSON (RFC 8259) in UTF-8"))
            return
        }
        let root = document.root
        guard let members = root.members else {
            log.error(
                issue(root, "it holds \(root.kindName)", "it must be a GeoJSON Feature or FeatureCollection"))
            return
        }
        let object = ObjectReader(members, file: file, subject: nil)
        object.reportRepeated(["type", "features", "datum"], &log)
        switch object["type"]?.string {
        case "Feature":
            FeatureReader(file: file, context: context, datum: nil).read(root, number: 1, into: &found, &log)
        case "FeatureCollection": read(collection: object, at: root, into: &found, &log)
        case let type?:
            let advice = ObjectReader.advice(for: type, among: ["Feature", "FeatureCollection"])
            log.error(issue(root, "its type is \"\(ObjectReader.cut(type))\"", advice))
        case nil: log.error(issue(root, "it has no type", "write \"type\": \"FeatureCollection\""))
        }
    }

    private func read(
        collection: ObjectReader, at root: JSONValue, into found: inout [LoadedFence], _ log: inout IssueLog
    ) {
        guard let member = collection["features"], let features = member.elements else {
            log.error(issue(collection["features"] ?? root, "it has no list of features", "write \"features\": [ … ]"))
            return
        }
        let datum = collection.choice("datum", of: Datum.self, &log)
        if member.isEmpty { log.warn(issue(member, "it holds no features", "add some, or remove the file")) }
        let reader = FeatureReader(file: file, context: context, datum: datum)
        for (offset, feature) in features.enumerated() { reader.read(feature, number: offset + 1, into: &found, &log) }
    }

    private func issue(_ value: JSONValue, _ what: String, _ mend: String) -> FenceIssue {
        FenceIssue(file: file, line: value.line, what: what, mend: mend)
    }
}
