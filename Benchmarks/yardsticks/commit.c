// commit STORE SYNCHRONOUS SECONDS: what a commit takes by itself: SQLite in WAL mode, one row changed, a hundred times
// a second. SYNCHRONOUS is NORMAL (`durability: process`) or FULL (`durability: power`).
//
// Prints the nanoseconds that 99 of 100 commits took at the most; to standard error also the median. Links with sqlite3.
#include <err.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { COMMITS_A_SECOND = 100, MOST_COMMITS = 100000 };

static long long took[MOST_COMMITS];

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void run(sqlite3 *store, const char *sql) {
    if (sqlite3_exec(store, sql, NULL, NULL, NULL) != SQLITE_OK) errx(74, "%s: %s", sql, sqlite3_errmsg(store));
}

static int by_size(const void *a, const void *b) {
    long long one = *(const long long *)a, other = *(const long long *)b;
    return (one > other) - (one < other);
}

int main(int argc, char **argv) {
    sqlite3 *store;
    char pragma[64];
    if (argc != 4) errx(64, "usage: commit STORE SYNCHRONOUS SECONDS");
    if (sqlite3_open(argv[1], &store) != SQLITE_OK) errx(66, "%s", argv[1]);
    run(store, "PRAGMA journal_mode = WAL");
    snprintf(pragma, sizeof pragma, "PRAGMA synchronous = %s", argv[2]);
    run(store, pragma);
    run(store, "CREATE TABLE one(n INTEGER); INSERT INTO one VALUES (0)");
    int count = (int)(atof(argv[3]) * COMMITS_A_SECOND);
    if (count < 1) count = 1;
    if (count > MOST_COMMITS) count = MOST_COMMITS;
    for (int commit = 0; commit < count; commit++) {
        struct timespec pause = {.tv_nsec = 1000000000 / COMMITS_A_SECOND};
        nanosleep(&pause, NULL);
        long long began = now_ns();
        run(store, "BEGIN IMMEDIATE; UPDATE one SET n = n + 1; COMMIT");
        took[commit] = now_ns() - began;
    }
    qsort(took, (size_t)count, sizeof *took, by_size);
    fprintf(stderr, "median %lld ns of %d\n", took[count / 2], count);
    printf("%lld\n", took[(count * 99 - 1) / 100]);
    return 0;
}
