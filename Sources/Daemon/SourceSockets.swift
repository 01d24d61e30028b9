internal import Platform

/// Which source each handed-over socket serves: the one of its kind that names its address.
struct SourceSockets {
    /// By the source's place in the configuration.
    private(set) var bySource: [Int: HandedOverSocket] = [:]

    /// - Throws: ``ConfigurationErrors`` with a line for each socket that no source names.
    init(_ sockets: [HandedOverSocket], for sources: [Configuration.Source]) throws(ConfigurationErrors) {
        var lines: [String] = []
        for socket in sockets {
            let place = sources.indices.first { place in
                bySource[place] == nil && Self.serves(socket, sources[place].kind)
            }
            if let place {
                bySource[place] = socket
            } else {
                lines.append(
                    "the socket \(socket.kind) \(socket.endpoint) was handed over and no source names it: "
                        + "write `- \(socket.kind): \"\(socket.endpoint)\"` under `sources`, or take it out of the .socket unit"
                )
            }
        }
        guard lines.isEmpty else { throw ConfigurationErrors(lines: lines) }
    }

    private static func serves(_ socket: HandedOverSocket, _ kind: Configuration.Source.Kind) -> Bool {
        switch kind {
        case .udp(let endpoint): socket.kind == .udp && socket.endpoint == endpoint
        case .tcp(let endpoint): socket.kind == .tcp && socket.endpoint == endpoint
        case .serial: false
        }
    }
}
