import GRDB

/// The store's tables, version by version. Forward only: a released migration never changes, a change is a new one.
///
/// `event` is the contract with whoever reads events (`WHERE seq > ? ORDER BY seq`); the others are the daemon's own.
enum Schema {
    /// ASCII "geof": marks the file as ours (`PRAGMA application_id`).
    static let applicationID: Int32 = 0x6765_6F66

    /// The migration at index N leads from `PRAGMA user_version` N to N + 1.
    static let migrations: [String] = [
        """
        CREATE TABLE device (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE
        );
        -- In the order of arrival.
        CREATE TABLE fix (
            id INTEGER PRIMARY KEY,
            device INTEGER NOT NULL REFERENCES device(number),
            time_us INTEGER NOT NULL,
            received_us INTEGER,
            lat REAL NOT NULL,
            lon REAL NOT NULL,
            accuracy_m REAL,
            hdop REAL,
            satellites INTEGER,
            speed_mps REAL,
            course_deg REAL,
            altitude_m REAL,
            dimensions INTEGER,
            solution INTEGER,
            -- Why it was withdrawn after it had been taken; NULL: it was not.
            withdrawn TEXT
        );
        CREATE INDEX fix_by_device ON fix(device, time_us);
        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            type TEXT NOT NULL,
            device TEXT NOT NULL,
            fence TEXT,
            time_us INTEGER NOT NULL,
            detected_us INTEGER NOT NULL,
            received_us INTEGER,
            lat REAL,
            lon REAL,
            accuracy_m REAL,
            uncertainty_s REAL,
            confidence REAL,
            initial INTEGER NOT NULL,
            late INTEGER NOT NULL,
            -- As detected_us until late fixes change it: from where on a revision answers for the event.
            decided_us INTEGER NOT NULL,
            -- Of a retraction: the seq and the type of what it takes back.
            retracts INTEGER,
            retracted TEXT,
            json TEXT NOT NULL
        );
        CREATE INDEX event_by_device ON event(device, decided_us);
        CREATE INDEX event_by_time ON event(device, time_us);
        CREATE INDEX event_retracted ON event(retracts) WHERE retracts IS NOT NULL;
        CREATE TABLE rejected (
            device TEXT NOT NULL,
            reason TEXT NOT NULL,
            count INTEGER NOT NULL,
            first_us INTEGER,
            last_us INTEGER,
            PRIMARY KEY (device, reason)
        ) WITHOUT ROWID;
        CREATE TABLE snapshot (
            device INTEGER PRIMARY KEY REFERENCES device(number),
            state BLOB NOT NULL
        );
        CREATE TABLE checkpoint (
            device INTEGER NOT NULL REFERENCES device(number),
            time_us INTEGER NOT NULL,
            state BLOB NOT NULL,
            PRIMARY KEY (device, time_us)
        ) WITHOUT ROWID;
        -- One row: the last fix that the snapshots contain; those after it are replayed at start.
        CREATE TABLE recovery (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            snapshot_fix INTEGER NOT NULL
        );
        INSERT INTO recovery VALUES (1, 0);
        """,
        """
        -- Who reads events and must not miss one: no event beyond what it has read is deleted.
        CREATE TABLE consumer (
            name TEXT PRIMARY KEY,
            -- The last event that it has acknowledged.
            seq INTEGER NOT NULL,
            changed_us INTEGER NOT NULL
        ) WITHOUT ROWID;
        -- The sets of fences that were in force, as far back as late fixes may come: a fix is decided with those of its time.
        CREATE TABLE fence_version (
            number INTEGER PRIMARY KEY,
            -- From when on, by the clock; the least integer where it is for all time.
            since_us INTEGER NOT NULL,
            -- The last fix that had come before it was; 0 where it was the first.
            after_fix INTEGER NOT NULL
        );
        -- The files that they were read from; one that stays the same over several versions stands once.
        CREATE TABLE fence_file (
            name TEXT NOT NULL,
            first_version INTEGER NOT NULL,
            -- NULL: it is in force.
            last_version INTEGER,
            bytes BLOB NOT NULL,
            PRIMARY KEY (name, first_version)
        );
        -- The last number that was given to an event and to a fix, for the rows that have it may have been deleted by age.
        ALTER TABLE recovery ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE recovery ADD COLUMN last_fix INTEGER NOT NULL DEFAULT 0;
        -- The last event that the event file is known to have had, for the file may have been rotated away.
        ALTER TABLE recovery ADD COLUMN file_seq INTEGER NOT NULL DEFAULT 0;
        -- Up to here retention has gone over the events: those that it left are the only ones.
        ALTER TABLE recovery ADD COLUMN kept_seq INTEGER NOT NULL DEFAULT 0;
        -- A fix up to this time of the device's counts as taken, for it may have been, and deleted by age; NULL: none was.
        ALTER TABLE device ADD COLUMN forgotten_us INTEGER;
        -- What the rules about several devices remember: what belongs to no single one (one row), what does, and of runs of
        -- positions that were seen a digest, by which one that is known can be known again, but no place be found.
        CREATE TABLE fleet (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            state BLOB NOT NULL
        );
        CREATE TABLE fleet_member (
            device INTEGER PRIMARY KEY REFERENCES device(number),
            state BLOB NOT NULL
        );
        CREATE TABLE pattern (
            id INTEGER PRIMARY KEY,
            digest INTEGER NOT NULL,
            -- 16 bits of a digest for each of the four positions before the run and after it; 0 where none was.
            flank_before INTEGER NOT NULL,
            flank_after INTEGER NOT NULL,
            -- The number of one; not checked, for that would take an index, which costs more than the rest of the row.
            device INTEGER NOT NULL,
            time_us INTEGER NOT NULL
        );
        -- Devices of which nothing is left but events: what they said up to this time counts as taken, too.
        CREATE TABLE forgotten_device (
            id TEXT PRIMARY KEY,
            last_us INTEGER NOT NULL
        ) WITHOUT ROWID;
        -- Of an anomaly: its rule, whether it was raised or cleared, and its id, which is the same when it clears.
        ALTER TABLE event ADD COLUMN rule TEXT;
        ALTER TABLE event ADD COLUMN state TEXT;
        ALTER TABLE event ADD COLUMN anomaly TEXT;
        -- What the rules about a device's link remember.
        CREATE TABLE link (
            device INTEGER PRIMARY KEY REFERENCES device(number),
            -- The last fix that had come before; those of the device after it are heard again at start.
            after_fix INTEGER NOT NULL,
            -- When it was heard last, by its own clock.
            heard_us INTEGER,
            state BLOB NOT NULL
        );
        -- Fixes that were withdrawn after they had been taken.
        CREATE TABLE withdrawal (
            device INTEGER NOT NULL REFERENCES device(number),
            -- Of the fix.
            time_us INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (device, time_us)
        ) WITHOUT ROWID;
        INSERT OR IGNORE INTO withdrawal SELECT device, time_us, withdrawn FROM fix WHERE withdrawn IS NOT NULL;
        -- Fixes by device cost a page of the file for each device in each commit: the newest are kept by arrival, in the place of
        -- the table fix; what is older is in chunks.
        CREATE TABLE fix_page (
            -- The numbers of its first fix and of its last.
            id INTEGER PRIMARY KEY,
            last_id INTEGER NOT NULL,
            fixes INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );
        CREATE TABLE fix_chunk (
            number INTEGER PRIMARY KEY,
            device INTEGER NOT NULL REFERENCES device(number),
            -- Of its fixes, the first time and the last: a device's chunks don't overlap.
            first_us INTEGER NOT NULL,
            last_us INTEGER NOT NULL,
            -- When the last of them arrived; NULL: all are recorded input.
            received_us INTEGER,
            fixes INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );
        CREATE INDEX fix_chunk_by_time ON fix_chunk(device, first_us, last_us);
        -- Of the fixes up to the one, those of devices up to the other are in chunks; rows of theirs no longer count.
        ALTER TABLE recovery ADD COLUMN chunked_fix INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE recovery ADD COLUMN chunked_device INTEGER NOT NULL DEFAULT 9223372036854775807;
        CREATE TRIGGER consumer_forwards BEFORE UPDATE OF seq ON consumer WHEN NEW.seq < OLD.seq
        BEGIN SELECT RAISE(ABORT, 'a consumer''s seq only grows'); END;
        CREATE TRIGGER consumer_begins_in_store BEFORE INSERT ON consumer
        WHEN NEW.seq > max((SELECT ifnull(max(seq), 0) FROM event), (SELECT last_seq FROM recovery))
        BEGIN SELECT RAISE(ABORT, 'a consumer''s seq is beyond the last event'); END;
        CREATE TRIGGER consumer_in_store BEFORE UPDATE OF seq ON consumer
        WHEN NEW.seq > max((SELECT ifnull(max(seq), 0) FROM event), (SELECT last_seq FROM recovery))
        BEGIN SELECT RAISE(ABORT, 'a consumer''s seq is beyond the last event'); END;
        """,
        """
        -- The last fix of all that there were when the state was kept: it contains its device's up to that.
        ALTER TABLE snapshot ADD COLUMN after_fix INTEGER NOT NULL DEFAULT 0;
        """,
    ]

    /// The number of the last event there ever was, deleted or not; 0 before the first.
    static func lastSeq(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(
            db, sql: "SELECT max((SELECT ifnull(max(seq), 0) FROM event), (SELECT last_seq FROM recovery))") ?? 0
    }

    /// The same of fixes.
    static func lastFix(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT max(ifnull((SELECT last_id FROM fix_page ORDER BY id DESC LIMIT 1), 0), (SELECT last_fix FROM recovery))
                """) ?? 0
    }

    /// Brings an open database to the newest version, at once: its fixes are written as that has them, whatever it was.
    /// - Throws: ``StoreError/newer(path:version:known:)``, ``StoreError/notAStore(path:)``, or SQLite's own error.
    static func migrate(_ db: Database, path: String) throws {
        let version = try checkedVersion(db, path: path)
        guard version < migrations.count else { return }
        try db.inTransaction {
            for migration in migrations.dropFirst(version) { try db.execute(sql: migration) }
            if version < 2 { try PageTable.takeRows(db) } else { try PageTable.takePages(db) }
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
            return .commit
        }
    }

    /// - Returns: the version of a store, 0 for an empty file.
    static func checkedVersion(_ db: Database, path: String) throws -> Int {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == applicationID || (tables == 0 && application == 0) else {
            throw StoreError.notAStore(path: path)
        }
        guard version <= migrations.count else {
            throw StoreError.newer(path: path, version: version, known: migrations.count)
        }
        return version
    }
}
