internal import Fencing
internal import Positioning

/// Reads one Feature into a fence and its shape.
struct FeatureReader {
    let file: String
    let context: GEOSContext
    /// The collection's; a feature's own goes before it.
    let datum: Datum?

    init(file: String, context: GEOSContext, datum: Datum?) {
        self.file = file
        self.context = context
        self.datum = datum
    }

    func read(_ value: JSONValue, number: Int, into found: inout [LoadedFence], _ log: inout IssueLog) {
        let before = log.errorCount
        let counted = ObjectReader.Subject.feature(number)
        guard let members = value.members else {
            log.error(
                ObjectReader([], file: file, subject: counted).issue(
                    value, "it is \(value.kindName)", "each feature must be an object of type Feature"))
            return
        }
        let unnamed = ObjectReader(members, file: file, subject: counted)
        let id = identifier(unnamed, at: value, &log)
        let subject = id.map { .fence(id: $0) } ?? counted
        let feature = ObjectReader(members, file: file, subject: subject)
        feature.reportRepeated(["type", "id", "geometry", "properties", "datum"], &log)
        if feature["type"]?.string != "Feature" {
            log.error(
                feature.issue(feature["type"] ?? value, "it has no type \"Feature\"", "write \"type\": \"Feature\""))
        }
        let properties = properties(of: feature, at: value, subject, &log)
        let own = feature.choice("datum", of: Datum.self, &log) ?? properties.choice("datum", of: Datum.self, &log)
        let fence = PropertyReader(properties, at: value).fence(id: id ?? "", &log)
        let geometry = GeometryReader(feature, properties, datum: own ?? datum ?? .wgs84, context: context)
        let shape = geometry.shape(at: value, &log)
        guard log.errorCount == before, id != nil, let shape else { return }
        found.append(LoadedFence(fence, shape, offset: value.offset))
    }

    private func identifier(_ feature: ObjectReader, at value: JSONValue, _ log: inout IssueLog) -> String? {
        guard let given = feature.given("id") else {
            let inProperties = feature["properties"]?.members?.contains { $0.name == "id" } ?? false
            let mend =
                inProperties
                ? "move it from properties to the feature itself, beside \"type\""
                : "write \"id\": \"a-short-name\" beside \"type\""
            log.error(feature.issue(value, "it has no id", mend))
            return nil
        }
        guard let id = given.string ?? given.numberText else {
            log.error(feature.issue(given, "its id is \(given.kindName)", "it must be a string or a number"))
            return nil
        }
        guard !id.isEmpty, id.utf8.count <= Limits.fenceIDBytes,
            !id.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) })
        else {
            let mend = "it must be of 1 to \(Limits.fenceIDBytes) bytes, without control characters"
            log.error(feature.issue(given, id.isEmpty ? "its id is empty" : "its id is no good name", mend))
            return nil
        }
        return id
    }

    private func properties(
        of feature: ObjectReader, at value: JSONValue, _ subject: ObjectReader.Subject, _ log: inout IssueLog
    ) -> ObjectReader {
        var members: [(name: String, value: JSONValue)] = []
        if let given = feature.given("properties") {
            if let found = given.members {
                members = found
            } else {
                log.error(feature.issue(given, "properties is \(given.kindName)", "it must be an object, or null"))
            }
        }
        return ObjectReader(members, file: file, subject: subject)
    }
}
