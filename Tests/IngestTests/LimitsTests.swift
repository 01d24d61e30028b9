import Ingest
import Positioning
import Testing

/// The relations that the sources rely on.
@Suite struct LimitsTests {
    @Test func boundsAgreeWithEachOther() {
        // The longest that IPv4 carries: 65,535 less the headers of IP and UDP.
        #expect(Limits.udpDatagram >= 65_535 - 20 - 8)
        // A stop must end the drain before it gives up handing over what was drained.
        #expect(Limits.stopDrain < Limits.stopPatience && Limits.deliveryCheck < Limits.stopPatience)
        #expect(Limits.serialRetryFirst <= Limits.serialRetryLongest)
        // A rate that works is given more time than one on trial, and a trial at least two cycles of 1 Hz.
        #expect(Limits.baudGarbage > Limits.baudTrial && Limits.baudTrial > .seconds(2))
        // A 1 Hz receiver's epoch ends no later than its next one begins.
        #expect(Limits.epochPause > .zero && Limits.epochPause <= .seconds(1))
        // What waits of all connections together, at three times its size decoded, stays below a quarter of a gigabyte.
        #expect(Limits.tcpConnections * Limits.tcpRead * 2 * 3 < 1 << 28)
        #expect(Limits.tcpDrain < Limits.stopPatience && Limits.tcpConnections > 5000)
        #expect(Limits.tcpIdle > Limits.epochPause)
    }
}
