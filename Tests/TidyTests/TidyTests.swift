import Testing

@Suite struct TidyTests {
    private static let files = Result { try SourceFile.all() }

    @Test(arguments: Rule.all)
    func theHouseKeeps(rule: Rule) throws {
        let files = try Self.files.get()
        #expect(files.count > 50, "the sources were found")
        for file in files {
            for problem in rule.check(file) { Issue.record("\(file.name): \(problem)") }
        }
    }

    @Test(arguments: Rule.all)
    func theExampleBreaks(rule: Rule) {
        #expect(
            !rule.check(SourceFile(room: rule.example.room, name: "Example.swift", text: rule.example.text)).isEmpty)
    }

    @Test func commentsAndTextsAreNoCode() {
        let file = SourceFile(
            room: "Store", name: "x", text: "// try! this\nlet a = \"try! that\"\nprivate import struct A.B\n")
        #expect(Rule.noTraps.check(file).isEmpty)
        #expect(file.imports == ["A"])
    }
}
