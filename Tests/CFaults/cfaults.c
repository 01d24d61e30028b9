#include "cfaults.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    int is_on;
    char folder[1024];
    cfaults_plan plan;
    uint64_t random;
    unsigned writes;
    unsigned run; // failures that are still to come in a row
    unsigned failed;
    unsigned syncs;
    int is_killed;
} state;

// SplitMix64 (S. Vigna, public domain).
static uint64_t draw(void) {
    uint64_t z = (state.random += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void cfaults_begin(const char *folder, cfaults_plan plan) {
    pthread_mutex_lock(&mutex);
    memset(&state, 0, sizeof state);
    strncpy(state.folder, folder, sizeof state.folder - 1);
    state.plan = plan;
    state.random = plan.seed;
    state.is_on = 1;
    pthread_mutex_unlock(&mutex);
}

unsigned cfaults_end(void) {
    pthread_mutex_lock(&mutex);
    state.is_on = 0;
    state.is_killed = 0;
    unsigned failed = state.failed;
    pthread_mutex_unlock(&mutex);
    return failed;
}

unsigned cfaults_syncs(void) {
    pthread_mutex_lock(&mutex);
    unsigned syncs = state.syncs;
    pthread_mutex_unlock(&mutex);
    return syncs;
}

int cfaults_is_killed(void) {
    pthread_mutex_lock(&mutex);
    int is_killed = state.is_killed;
    pthread_mutex_unlock(&mutex);
    return is_killed;
}

cfaults_kind cfaults_draw_write(void) {
    pthread_mutex_lock(&mutex);
    cfaults_kind kind = CFAULTS_NONE;
    if (state.is_on) {
        state.writes++;
        if (state.plan.writes_until_kill && state.writes > state.plan.writes_until_kill) state.is_killed = 1;
        if (state.is_killed) {
            kind = CFAULTS_IO;
        } else if (state.run) {
            state.run--;
            kind = CFAULTS_FULL;
        } else if (draw() % 1000 < state.plan.failing_writes) {
            kind = CFAULTS_IO + (cfaults_kind)(draw() % 4);
            if (draw() % 4 == 0) state.run = (unsigned)(draw() % 20);
        }
        if (kind != CFAULTS_NONE) state.failed++;
    }
    pthread_mutex_unlock(&mutex);
    return kind;
}

cfaults_kind cfaults_draw_read(void) {
    pthread_mutex_lock(&mutex);
    cfaults_kind kind = CFAULTS_NONE;
    if (state.is_on && !state.is_killed && draw() % 1000 < state.plan.failing_reads) {
        kind = CFAULTS_IO;
        state.failed++;
    }
    pthread_mutex_unlock(&mutex);
    return kind;
}

// A file of the layer; the file below it stands behind it in memory.
typedef struct {
    sqlite3_file base;
    const char *name; // SQLite keeps it until the file is closed
    sqlite3_file *below;
} layered;

static sqlite3_vfs *below;

static layered *of(sqlite3_file *file) { return (layered *)file; }

static int is_planned(const char *name) {
    pthread_mutex_lock(&mutex);
    int is_planned = state.is_on && name && strstr(name, state.folder);
    pthread_mutex_unlock(&mutex);
    return is_planned;
}

static int failure(cfaults_kind kind, int io_code) {
    switch (kind) {
    case CFAULTS_NONE:
    case CFAULTS_INTERRUPT: return SQLITE_OK;
    case CFAULTS_FULL:
    case CFAULTS_SHORT: return SQLITE_FULL;
    case CFAULTS_IO: break;
    }
    return io_code;
}

static int close_file(sqlite3_file *file) { return of(file)->below->pMethods->xClose(of(file)->below); }

static int read_file(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    if (is_planned(of(file)->name) && cfaults_draw_read() != CFAULTS_NONE) return SQLITE_IOERR_READ;
    return of(file)->below->pMethods->xRead(of(file)->below, bytes, count, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    if (is_planned(of(file)->name)) {
        cfaults_kind kind = cfaults_draw_write();
        if (kind == CFAULTS_SHORT) of(file)->below->pMethods->xWrite(of(file)->below, bytes, count / 2, offset);
        int code = failure(kind, SQLITE_IOERR_WRITE);
        if (code != SQLITE_OK) return code;
    }
    return of(file)->below->pMethods->xWrite(of(file)->below, bytes, count, offset);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    if (is_planned(of(file)->name)) {
        int code = failure(cfaults_draw_write(), SQLITE_IOERR_TRUNCATE);
        if (code != SQLITE_OK) return SQLITE_IOERR_TRUNCATE;
    }
    return of(file)->below->pMethods->xTruncate(of(file)->below, size);
}

static int sync_file(sqlite3_file *file, int flags) {
    if (!is_planned(of(file)->name)) return of(file)->below->pMethods->xSync(of(file)->below, flags);
    pthread_mutex_lock(&mutex);
    state.syncs++;
    pthread_mutex_unlock(&mutex);
    int code = failure(cfaults_draw_write(), SQLITE_IOERR_FSYNC);
    // What a power cut would lose is not tried here, so nothing need wait for a disk.
    return code == SQLITE_OK ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return of(file)->below->pMethods->xFileSize(of(file)->below, size);
}

static int lock_file(sqlite3_file *file, int level) { return of(file)->below->pMethods->xLock(of(file)->below, level); }

static int unlock_file(sqlite3_file *file, int level) {
    return of(file)->below->pMethods->xUnlock(of(file)->below, level);
}

static int check_lock(sqlite3_file *file, int *is_reserved) {
    return of(file)->below->pMethods->xCheckReservedLock(of(file)->below, is_reserved);
}

static int control_file(sqlite3_file *file, int operation, void *argument) {
    return of(file)->below->pMethods->xFileControl(of(file)->below, operation, argument);
}

static int sector_size(sqlite3_file *file) { return of(file)->below->pMethods->xSectorSize(of(file)->below); }

static int characteristics(sqlite3_file *file) {
    return of(file)->below->pMethods->xDeviceCharacteristics(of(file)->below);
}

static int map_shared(sqlite3_file *file, int region, int size, int extends, void volatile **memory) {
    if (is_planned(of(file)->name) && cfaults_draw_read() != CFAULTS_NONE) return SQLITE_IOERR_SHMMAP;
    return of(file)->below->pMethods->xShmMap(of(file)->below, region, size, extends, memory);
}

static int lock_shared(sqlite3_file *file, int offset, int count, int flags) {
    return of(file)->below->pMethods->xShmLock(of(file)->below, offset, count, flags);
}

static void order_shared(sqlite3_file *file) { of(file)->below->pMethods->xShmBarrier(of(file)->below); }

static int unmap_shared(sqlite3_file *file, int deletes) {
    return of(file)->below->pMethods->xShmUnmap(of(file)->below, deletes);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = order_shared,
    .xShmUnmap = unmap_shared,
};

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags) {
    (void)vfs;
    of(file)->base.pMethods = NULL;
    of(file)->name = name;
    of(file)->below = (sqlite3_file *)(of(file) + 1);
    int code = below->xOpen(below, name, of(file)->below, flags, out_flags);
    // Without shared memory (a temporary file) it is passed through as well: SQLite never asks for it there.
    if (of(file)->below->pMethods) of(file)->base.pMethods = &methods;
    return code;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int syncs) {
    (void)vfs;
    if (is_planned(name) && cfaults_is_killed()) return SQLITE_IOERR_DELETE;
    return below->xDelete(below, name, syncs);
}

int cfaults_install(void) {
    static sqlite3_vfs layer;
    pthread_mutex_lock(&mutex);
    int code = SQLITE_OK;
    if (!below) {
        below = sqlite3_vfs_find(NULL);
        layer = *below;
        layer.zName = "cfaults";
        layer.szOsFile = (int)sizeof(layered) + below->szOsFile;
        layer.xOpen = open_file;
        layer.xDelete = delete_file;
        code = sqlite3_vfs_register(&layer, 1);
    }
    pthread_mutex_unlock(&mutex);
    return code;
}
