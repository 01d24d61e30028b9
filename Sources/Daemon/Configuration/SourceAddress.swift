internal import Platform

/// Where a registered device may be heard from, in the very form in which the sources name their peers:
/// `udp:10.0.0.7`, `tcp:2001:db8::1` (RFC 5952), `serial:/dev/ttyUSB0`.
enum SourceAddress {
    /// Why a text is none, and what to write instead.
    struct Problem: Error, Equatable {
        var what: String
        var mend: String
    }

    static func normalised(_ text: String) throws(Problem) -> String {
        guard let colon = text.firstIndex(of: ":"), ["udp", "tcp", "serial"].contains(text[..<colon]) else {
            throw Problem(
                what: "`\(text)` is no source address",
                mend: "write it as `udp:10.0.0.7`, `tcp:10.0.0.7` or `serial:/dev/ttyUSB0`")
        }
        let scheme = String(text[..<colon])
        let place = String(text[text.index(after: colon)...])
        if scheme == "serial" {
            guard place.hasPrefix("/") else {
                throw Problem(
                    what: "`\(text)` names no path of a device",
                    mend: "write it as the source has it, as `serial:/dev/ttyUSB0`")
            }
            return text
        }
        let isBracketed = place.hasPrefix("[") && place.hasSuffix("]")
        let address = isBracketed ? String(place.dropFirst().dropLast()) : place
        guard let peer = PeerAddress(address: address) else {
            if let endpoint = Endpoint(place) {
                throw Problem(
                    what: "`\(text)` has a port, and trackers change theirs",
                    mend: "leave it out: `\(scheme):\(endpoint.address)`")
            }
            throw Problem(
                what: "`\(text)` has no numeric IPv4 or IPv6 address",
                mend: "write it as `\(scheme):10.0.0.7` or `\(scheme):2001:db8::1`; names are not looked up")
        }
        return "\(scheme):\(peer.address)"
    }
}
