// append FILE FIXES DEVICES: what SQLite takes to append the rows of the store's table `fix`, with no index beside it, a
// transaction for 10,000 of them, as the journal's: WAL, synchronous=NORMAL. Prints the nanoseconds from start to end.
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static sqlite3 *db;

static void check(int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "append: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(db, sql, NULL, NULL, NULL)); }

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int count, char **arguments) {
    if (count != 4) return 64;
    long long began = now();
    long long fixes = atoll(arguments[2]), devices = atoll(arguments[3]);
    check(sqlite3_open(arguments[1], &db));
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
    run("CREATE TABLE fix (id INTEGER PRIMARY KEY, device INTEGER NOT NULL, time_us INTEGER NOT NULL, received_us INTEGER,"
        " lat REAL NOT NULL, lon REAL NOT NULL, accuracy_m REAL, hdop REAL, satellites INTEGER, speed_mps REAL,"
        " course_deg REAL, altitude_m REAL, dimensions INTEGER, solution INTEGER, weeks_added INTEGER)");
    sqlite3_stmt *insert;
    check(sqlite3_prepare_v2(db, "INSERT INTO fix VALUES (?,?,?,NULL,?,?,NULL,?,?,?,?,?,?,?,NULL)", -1, &insert, NULL));
    for (long long i = 0; i < fixes; i++) {
        if (i % 10000 == 0) run("BEGIN");
        double turn = i * 0.001;
        sqlite3_bind_int64(insert, 1, i + 1);
        sqlite3_bind_int64(insert, 2, i % devices + 1);
        sqlite3_bind_int64(insert, 3, 1772413200000000 + i / devices * 1000000);
        sqlite3_bind_double(insert, 4, 39.9 + sin(turn) * 0.01);
        sqlite3_bind_double(insert, 5, 116.4 + cos(turn) * 0.01);
        sqlite3_bind_double(insert, 6, 0.9);
        sqlite3_bind_int64(insert, 7, 9);
        sqlite3_bind_double(insert, 8, 3.7);
        sqlite3_bind_double(insert, 9, 251.3);
        sqlite3_bind_double(insert, 10, 44.1);
        sqlite3_bind_int64(insert, 11, 3);
        sqlite3_bind_int64(insert, 12, 1);
        check(sqlite3_step(insert));
        sqlite3_reset(insert);
        if (i % 10000 == 9999 || i + 1 == fixes) run("COMMIT");
    }
    sqlite3_finalize(insert);
    check(sqlite3_close(db));
    printf("%lld\n", now() - began);
}
