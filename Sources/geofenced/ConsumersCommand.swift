import ArgumentParser
import Platform
import Positioning
import Store

struct ConsumersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consumers",
        abstract: "Who reads events and must not miss one: no event goes by age before each has acknowledged it.",
        discussion: "Example: geofenced consumers add attendance --store geofenced.sqlite3",
        subcommands: [List.self, Add.self, Remove.self, Acknowledge.self], defaultSubcommand: List.self)

    /// What all of them take.
    struct Place: ParsableArguments {
        @Option(help: "The store; a daemon may be writing it.")
        var store: String

        func open() throws -> Consumers { try Consumers(path: store) }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists them: name, last event acknowledged, how many are left, and when that was.",
            discussion: "Example: geofenced consumers --store geofenced.sqlite3")

        @OptionGroup var place: Place

        func run() throws {
            try reporting {
                let consumers = try place.open().all()
                guard !consumers.isEmpty else {
                    Console.note("\(place.store): no consumers are registered; events go by age alone")
                    return
                }
                var table = Table(["name", "acknowledged", "behind", "changed"])
                for consumer in consumers {
                    table.add([consumer.name, "\(consumer.seq)", "\(consumer.behind)", "\(consumer.changed)"])
                }
                print(table.text)
            }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Registers one that has read nothing yet.",
            discussion: "Example: geofenced consumers add attendance --store geofenced.sqlite3")

        @Argument var name: String
        @OptionGroup var place: Place

        func run() throws { try reporting { try place.open().add(name, now: WallClock.now) } }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keeps nothing for it any longer.",
            discussion: "Example: geofenced consumers remove attendance --store geofenced.sqlite3")

        @Argument var name: String
        @OptionGroup var place: Place

        func run() throws { try reporting { try place.open().remove(name) } }
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says that it has read all events up to a seq.",
            discussion: "Example: geofenced consumers acknowledge attendance 1042 --store geofenced.sqlite3")

        @Argument var name: String
        @Argument var seq: Int64
        @OptionGroup var place: Place

        func run() throws {
            try reporting { try place.open().acknowledge(name, seq: seq, now: WallClock.now) }
        }
    }
}
