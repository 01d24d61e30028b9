internal import Positioning

extension StatusReport {
    /// As Prometheus reads it.
    func metrics(commits: Histogram) -> String {
        var text = Exposition()
        describeService(&text)
        describeSources(&text)
        describePipeline(&text)
        describeStore(&text, commits)
        return text.text
    }

    private func describeService(_ text: inout Exposition) {
        text.family("geofenced_build_info", .gauge, "The version that runs.", [([("version", version)], 1)])
        text.family(
            "geofenced_ready", .gauge, "1 where fixes are taken and can be kept.", notReady == nil ? 1 : 0)
        text.family(
            "geofenced_problem_start_time_seconds", .gauge,
            "Since when something has been wrong; absent where nothing is.",
            problems.map { ([("subject", $0.subject)], Self.seconds($0.since)) })
        text.family(
            "process_start_time_seconds", .gauge, "Start of the process, in seconds since 1970.",
            Self.seconds(startedAt))
        text.family("process_cpu_seconds_total", .counter, "Processor time, user and system.", process.cpuSeconds)
        text.family(
            "process_resident_memory_bytes", .gauge, "Memory in use.", Double(process.residentBytes))
        text.family("process_open_fds", .gauge, "Open file descriptors.", Double(process.openDescriptors))
    }

    private func describeSources(_ text: inout Exposition) {
        func family(_ name: String, _ help: String, _ value: (Source) -> Int) {
            text.family(name, .counter, help, sources.map { ([("source", $0.name)], Double(value($0))) })
        }
        func family(_ name: String, _ help: String, by label: String, _ values: (Source) -> [String: Int]) {
            text.family(
                name, .counter, help,
                sources.flatMap { source in
                    values(source).sorted { $0.key < $1.key }.map {
                        ([("source", source.name), (label, $0.key)], Double($0.value))
                    }
                })
        }
        family("geofenced_fixes_received_total", "Fixes, usable or not, that were decoded.", \.received)
        family("geofenced_fixes_accepted_total", "Fixes that were decided upon and kept.", \.accepted)
        family("geofenced_fixes_rejected_total", "Fixes that decided nothing.", by: "reason", \.rejected)
        family("geofenced_source_bytes_total", "Bytes read.", \.bytes)
        family("geofenced_bad_frames_total", "Frames that gave nothing.", by: "reason", \.badFrames)
        family(
            "geofenced_kernel_dropped_datagrams_total", "Datagrams that the kernel had no room for.", \.kernelDrops)
        family("geofenced_source_connections_total", "Connections accepted.", \.connections)
        family(
            "geofenced_refused_connections_total", "Connections closed at once, as there were `max_connections`.",
            \.refusedConnections)
        family("geofenced_idle_connections_total", "Connections closed for their silence.", \.idleConnections)
        family(
            "geofenced_evicted_sessions_total", "UDP senders forgotten to make room for others.", \.evictedSessions)
        family(
            "geofenced_held_back_total", "Times that a connection was not read, as the queue was full.", \.heldBack)
        family("geofenced_unread_bytes_total", "Bytes of connections that a stop did not read.", \.unreadBytes)
        family("geofenced_fixes_undelivered_total", "Fixes that came too late for a stop.", \.undelivered)
        family("geofenced_source_errors_total", "Failures to open, accept or read.", \.errors)
    }

    private func describePipeline(_ text: inout Exposition) {
        text.family("geofenced_queue_fixes", .gauge, "Fixes that wait to be decided.", Double(queue.fixes))
        text.family(
            "geofenced_queue_capacity_fixes", .gauge, "Fixes that may wait; then sources are held back.",
            Double(queue.capacity))
        text.family(
            "geofenced_events_total", .counter, "Events told.",
            events.sorted { $0.key < $1.key }.map { ([("type", $0.key)], Double($0.value)) })
        text.family(
            "geofenced_anomalies_raised_total", .counter,
            "Anomalies raised; each level of one that grows worse counts.",
            anomalies.sorted { $0.key < $1.key }.map { ([("rule", $0.key)], Double($0.value)) })
        text.family("geofenced_last_event_seq", .gauge, "The last event's number.", Double(lastSeq))
        text.family("geofenced_devices", .gauge, "Devices that are known.", Double(devices))
        text.family("geofenced_fences", .gauge, "Fences in force.", Double(fences))
    }

    private func describeStore(_ text: inout Exposition, _ commits: Histogram) {
        text.family("geofenced_commit_duration_seconds", "How long commits took.", commits)
        text.family("geofenced_store_bytes", .gauge, "Size of the store.", Double(store.bytes))
        text.family("geofenced_store_log_bytes", .gauge, "Size of its write-ahead log.", Double(store.logBytes))
        text.family("geofenced_event_file_bytes", .gauge, "Size of the event file.", Double(store.eventFileBytes))
    }

    private static func seconds(_ moment: String) -> Double {
        Timestamp(moment).map { Double($0.microseconds) / 1e6 } ?? 0
    }
}
