// rows STORE QUERY…: steps through all rows of each query, and looks at every byte of their texts and blobs. Prints the
// nanoseconds that took, opening included.
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int count, char **words) {
    long long began = now(), rows = 0;
    unsigned char sum = 0;
    sqlite3 *db;
    if (count < 3 || sqlite3_open_v2(words[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) return 1;
    for (int i = 2; i < count; i++) {
        sqlite3_stmt *query;
        if (sqlite3_prepare_v2(db, words[i], -1, &query, NULL) != SQLITE_OK) {
            fprintf(stderr, "%s\n", sqlite3_errmsg(db));
            return 1;
        }
        int state;
        while ((state = sqlite3_step(query)) == SQLITE_ROW) {
            rows++;
            for (int column = 0; column < sqlite3_column_count(query); column++) {
                if (sqlite3_column_type(query, column) < SQLITE_TEXT) continue;
                const unsigned char *bytes = sqlite3_column_blob(query, column);
                for (int length = sqlite3_column_bytes(query, column), at = 0; at < length; at++) sum ^= bytes[at];
            }
        }
        if (state != SQLITE_DONE) return 1;
        sqlite3_finalize(query);
    }
    sqlite3_close(db);
    long long taken = now() - began;
    fprintf(stderr, "%lld rows, %d\n", rows, sum);
    printf("%lld\n", taken);
}
