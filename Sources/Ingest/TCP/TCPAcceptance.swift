import NIOCore
import Platform
import Positioning

/// What a TCP listener does when it cannot accept, as when the process may open no more files: it rests a while, where
/// it would else try again at once and for ever, and says so once.
final class TCPAcceptance: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let wiring: SourceWiring
    private var hasTold = false

    init(_ wiring: SourceWiring) { self.wiring = wiring }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasTold = false
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        wiring.counters.update { $0.openErrors &+= 1 }
        if !hasTold {
            wiring.log(
                .warning, "tcp: cannot accept connections: \(error); trying again (see `ulimit -n`, LimitNOFILE=)")
        }
        hasTold = true
        let channel = context.channel
        _ = channel.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: .init(Limits.readRest)) {
            _ = channel.setOption(.autoRead, value: true)
        }
    }
}
