import Positioning

/// One device's sentences, in the order in which they come, cut into epochs: at most one report an epoch.
///
/// An epoch is named by its time of day. One is open at a time:
///
///     a sentence with …        and …                         then
///     the open epoch's time    it was not reported           it joins
///     the open epoch's time    it was reported               it is late: nothing but the cycle learns from it
///     another time             it was reported lately        it waits aside: late, or the clock was set back
///     another time             it is a ZDA                   it waits aside: the next epoch's first, or out of step
///     another time             else                          the open epoch is over, a new one opens
///     no time                                                it joins the epoch of the sentence before it
///     no time, a repetition                                  the open epoch is over, one without a time opens
///
/// What waits aside is settled by the next sentence of another time: see ``settleAside(before:at:into:)``.
///
/// Here is what is known of a device for as long as it is known. What is put together for a report is the outlet's.
struct DeviceStream {
    /// What waits aside: a ZDA's epoch, or one that repeats a time that was reported.
    private enum Aside { case empty, clock, late }

    /// As the stream names the device; `nil` for the one that it doesn't name.
    let device: String?
    private var recent = RecentEpochs()
    private var dates = DateKeeper()
    private var open = Epoch()
    /// Where in the outlet the open epoch's draft is, until it is reported.
    private var draft: Pool<Draft>.Place = 0
    /// Where in the outlet the epoch aside is, if one is.
    private var aside: Pool<DraftAside>.Place = 0
    /// The place of this device in its table.
    private let slot: Int32
    private var cycle = CycleEnd()
    /// The formatters that had come of the open epoch when it was reported early.
    private var reportedFormatters: UInt8?
    private var isOpen = false
    private var asideState = Aside.empty
    /// A silence ended the open epoch: sentences without time are the next one's.
    private var isPaused = false
    /// Fixes of this device wait in the undated ones.
    private var hasUndated = false

    init(device: String?, slot: Int32) {
        self.device = device
        self.slot = slot
    }

    /// Whether a silence would complete something.
    @inline(__always)
    func isPending(in out: borrowing Outlet) -> Bool {
        if isOpen, !open.isReported, out.drafts.elements[Int(draft)].verdict != .silent { return true }
        return asideState == .clock && out.asides.elements[Int(aside)].draft.verdict != .silent
    }

    /// Where what is known of it lies that lies apart; see ``RecentEpochs/address``.
    @inline(__always)
    var recentAddress: (first: UnsafeRawPointer?, next: Int) { unsafe recent.address }

    mutating func accept(_ sentence: borrowing Sentence, into out: inout Outlet) {
        if sentence.formatter == .zda, let date = sentence.date, let time = sentence.time {
            dates.see(clock: date, time)
        }
        guard let time = sentence.time else {
            acceptUntimed(sentence, into: &out)
            return
        }
        settleAside(before: sentence, at: time, into: &out)
        if asideState != .empty {
            addAside(sentence, into: &out)
        } else if belongsToOpen(sentence, time) {
            join(sentence, into: &out)
        } else if isRecent(sentence, time) {
            if isOpen, open.time == nil { close(into: &out) }
            setAside(sentence, as: .late, into: &out)
        } else if sentence.formatter == .zda, isOpen {
            setAside(sentence, as: .clock, into: &out)
        } else {
            begin(with: sentence, into: &out)
        }
    }

    /// The line went quiet: the burst is over, and with it the epoch.
    mutating func pause(into out: inout Outlet) {
        endClockAside(into: &out)
        guard isOpen else { return }
        if !open.isReported { report(into: &out) }
        isPaused = true
    }

    /// The input has ended.
    mutating func finish(into out: inout Outlet) {
        endClockAside(into: &out)
        dropAside(in: &out)
        close(into: &out)
        out.release(slot, knowing: nil)
        hasUndated = false
    }

    private mutating func acceptUntimed(_ sentence: borrowing Sentence, into out: inout Outlet) {
        if asideState != .empty {
            addAside(sentence, into: &out)
        } else if isPaused || !isOpen || open.isRepeated(by: sentence) {
            begin(with: sentence, into: &out)
        } else {
            join(sentence, into: &out)
        }
    }

    @inline(__always)
    private func belongsToOpen(_ sentence: borrowing Sentence, _ time: TimeOfDay) -> Bool {
        guard isOpen else { return false }
        guard let openTime = open.time else {
            // A receiver that has neither time nor fix gets a time first: a fix begins an epoch of its own.
            // After a stall, a time that was reported already shows whose the sentences without time were.
            return !isRecent(sentence, time) && !open.isRepeated(by: sentence)
                && !(open.isVoid && sentence.verdict == .fix)
        }
        guard openTime.isSameEpoch(as: time) else { return false }
        // A tracker that reports once a day at the same second: only the date tells its epochs apart.
        guard sentence.formatter == .rmc, open.isDateFromRMC, let date = sentence.date else { return true }
        return date == open.date
    }

    private mutating func begin(with sentence: borrowing Sentence, into out: inout Outlet) {
        // Where a cycle begins with GSA, the first one without a fix comes before anything else of its epoch.
        if isOpen, !open.isReported, sentence.verdict == .void, out.drafts.elements[Int(draft)].isVoidByTrailing {
            out.drafts.elements[Int(draft)].disownTrailing()
        }
        close(into: &out)
        // The same second of another day: what was reported of the first says nothing any more.
        if let time = sentence.time, recent.contains(time) { recent.clear() }
        isPaused = false
        reportedFormatters = nil
        open = Epoch()
        draft = out.drafts.put(Draft())
        isOpen = true
        join(sentence, into: &out)
    }

    private mutating func join(_ sentence: borrowing Sentence, into out: inout Outlet) {
        open.add(sentence)
        if open.isReported {
            raise(sentence.alarms, at: sentence.time, as: .duplicate, into: &out)
            if isPaused { cycle.doubt() }
            if sentence.formatter == .rmc, let date = sentence.date, let time = sentence.time {
                dates.see(fix: date, time)
            }
            return
        }
        out.drafts.elements[Int(draft)].add(sentence)
        if open.time != nil, out.drafts.elements[Int(draft)].isDecided, cycle.isComplete(open.trace) {
            reportedFormatters = open.trace.formatters
            report(into: &out)
        }
    }

    private mutating func close(into out: inout Outlet) {
        guard isOpen else { return }
        var hasVerdict = true
        if !open.isReported { report(into: &out) }
        if !open.isReported { hasVerdict = out.drafts.take(draft).hasVerdict }
        if open.time != nil, hasVerdict { cycle.observe(open.trace, reported: reportedFormatters) }
        isOpen = false
    }

    // MARK: Out of step

    private mutating func setAside(_ sentence: borrowing Sentence, as state: Aside, into out: inout Outlet) {
        aside = out.asides.put(DraftAside())
        addAside(sentence, into: &out)
        asideState = state
    }

    private mutating func addAside(_ sentence: borrowing Sentence, into out: inout Outlet) {
        out.asides.elements[Int(aside)].epoch.add(sentence)
        out.asides.elements[Int(aside)].draft.add(sentence)
        raise(sentence.alarms, at: sentence.time, as: .duplicate, into: &out)
    }

    /// Decides upon the epoch aside, now that a sentence of another time comes.
    ///
    /// A ZDA's becomes the open one when its time goes on, or when it said something of a fix; else the ZDA was out of step.
    /// A late one is dropped when the stream goes on from the open epoch: it was a repeated or reordered datagram.
    /// When the stream goes on before the open epoch, the clock was set back, and the late one is an epoch of its own;
    /// but for one that says what was reported for that time, which is a repetition however long it goes on.
    private mutating func settleAside(before sentence: borrowing Sentence, at time: TimeOfDay, into out: inout Outlet) {
        guard asideState != .empty, let asideTime = out.asides.elements[Int(aside)].epoch.time else { return }
        let goesOn = asideTime.isSameEpoch(as: time)
        switch asideState {
        case .empty:
            return
        case .clock where goesOn:
            promoteAside(into: &out)
        case .clock:
            endClockAside(into: &out)
        case .late where goesOn:
            // Its RMC says that it is the same second of another day.
            if !isRecent(sentence, time) {
                promoteAside(into: &out)
                recent.clear()
            }
        case .late where goesBack(sentence, time) && isNews(out.asides.elements[Int(aside)], of: asideTime):
            promoteAside(into: &out)
            recent.clear()
        case .late:
            let late = out.asides.elements[Int(aside)].epoch
            if late.isDateFromRMC, let date = late.date { dates.see(fix: date, asideTime) }
            dropAside(in: &out)
        }
    }

    /// Whether the stream, after an epoch that came late, goes on before the open one, or tells that one anew.
    @inline(__always)
    private func goesBack(_ sentence: borrowing Sentence, _ time: TimeOfDay) -> Bool {
        guard let now else { return false }
        if now.isSameEpoch(as: time) { return isOpen && open.isContradicted(by: sentence) }
        return time.ahead(of: now) < 0
    }

    private func isNews(_ late: DraftAside, of time: TimeOfDay) -> Bool {
        late.draft.hasVerdict && !recent.contains(time, late.epoch.imprint(at: late.draft.coordinate))
    }

    /// A ZDA's epoch without a word of a fix is none.
    private mutating func endClockAside(into out: inout Outlet) {
        guard asideState == .clock else { return }
        if out.asides.elements[Int(aside)].draft.hasVerdict { promoteAside(into: &out) } else { dropAside(in: &out) }
    }

    private mutating func dropAside(in out: inout Outlet) {
        guard asideState != .empty else { return }
        _ = out.asides.take(aside)
        asideState = .empty
    }

    private mutating func promoteAside(into out: inout Outlet) {
        close(into: &out)
        let promoted = out.asides.take(aside)
        asideState = .empty
        open = promoted.epoch
        draft = out.drafts.put(promoted.draft)
        isOpen = true
        isPaused = false
        reportedFormatters = nil
    }

    @inline(__always)
    private func isRecent(_ sentence: borrowing Sentence, _ time: TimeOfDay) -> Bool {
        let span = Limits.lateSentence_s * TimeOfDay.microsecondsPerSecond
        guard let now, now.ahead(of: time).magnitude <= span.magnitude, recent.contains(time) else { return false }
        // The same second of another day.
        guard sentence.formatter == .rmc, let date = sentence.date, let known = dates.anchor else { return true }
        let moment = Timestamp(date: date, microsecondOfDay: time.microseconds)
        return (moment.microseconds - known.microseconds).magnitude <= span.magnitude
    }

    /// Where the stream is: the open epoch's time, or the last one's that had one.
    @inline(__always)
    private var now: TimeOfDay? { (isOpen ? open.time : nil) ?? recent.newest }

    // MARK: Reports

    /// Gives alarms in a report of their own, where there is no other for them to come with.
    @inline(__always)
    private func raise(
        _ alarms: Report.Alarms, at time: TimeOfDay?, as rejection: Rejection, into out: inout Outlet
    ) {
        guard !alarms.isEmpty else { return }
        var report = Report(
            device: device, time: time.flatMap { dates.moment(of: $0) }, coordinate: nil, rejection: rejection)
        report.alarms = alarms
        out.give(report)
    }

    private mutating func report(into out: inout Outlet) {
        let verdict = out.drafts.elements[Int(draft)].verdict
        guard verdict != .silent else {
            raise(out.drafts.elements[Int(draft)].alarms, at: open.time, as: .void, into: &out)
            return
        }
        open.isReported = true
        let draft = out.drafts.take(draft)
        let coordinate = draft.coordinate
        var moment: Timestamp?
        if let time = open.time {
            recent.add(time, open.imprint(at: coordinate))
            moment =
                verdict == .fix
                ? dates.date(fix: time, own: open.date, isFromRMC: open.isDateFromRMC) : dates.date(void: time)
        }
        let isFix = verdict == .fix && open.time != nil
        if isFix, moment != nil, hasUndated {
            out.release(slot, knowing: moment)
            hasUndated = false
        }
        guard isFix, moment == nil, let time = open.time else {
            out.give(epochReport(of: draft, at: moment, isFix ? coordinate : nil, alarms: draft.alarms))
            return
        }
        hasUndated = true
        raise(draft.alarms, at: nil, as: .undated, into: &out)
        out.hold(epochReport(of: draft, at: nil, coordinate, alarms: []), of: slot, at: time)
    }

    /// What the open epoch comes to.
    @inline(__always)
    private func epochReport(
        of draft: borrowing Draft, at moment: Timestamp?, _ coordinate: Coordinate?, alarms: Report.Alarms
    ) -> Report {
        var report = Report(
            device: device, time: moment, coordinate: coordinate, measurements: draft.measurements,
            rejection: coordinate == nil ? .void : nil)
        report.alarms = alarms
        return report
    }
}
