// A disk that fails: a layer over SQLite's own file system (https://sqlite.org/vfs.html), and the dice for other calls.
#ifndef CFAULTS_H
#define CFAULTS_H

#include <stdint.h>

typedef enum {
    CFAULTS_NONE,
    CFAULTS_IO,        // EIO
    CFAULTS_FULL,      // ENOSPC
    CFAULTS_SHORT,     // a part is written, then ENOSPC
    CFAULTS_INTERRUPT, // EINTR, or for SQLite, which repeats those itself, nothing
} cfaults_kind;

typedef struct {
    uint64_t seed;
    // Of 1000 writes, syncs and truncations, how many fail; each may be the first of up to 20 in a row.
    unsigned failing_writes;
    // Of 1000 reads.
    unsigned failing_reads;
    // After so many writes the process is "killed": nothing is changed any more. 0: never.
    unsigned writes_until_kill;
} cfaults_plan;

// Puts the layer below every connection that is opened from now on in this process. Files outside of the planned folder
// notice nothing of it. Returns SQLite's code.
int cfaults_install(void);

// From now on files whose path contains `folder` fail as planned.
void cfaults_begin(const char *folder, cfaults_plan plan);

// From now on nothing fails, and who was "killed" may be started again.
// Returns how many calls failed since cfaults_begin.
unsigned cfaults_end(void);

// What the next write (or truncation) of a file in the planned folder is to do, or the next read.
cfaults_kind cfaults_draw_write(void);
cfaults_kind cfaults_draw_read(void);

// How often SQLite has asked since cfaults_begin that a file in the planned folder be on the disk.
unsigned cfaults_syncs(void);

// 1 from the planned kill on.
int cfaults_is_killed(void);

#endif
