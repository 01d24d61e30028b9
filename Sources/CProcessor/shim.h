#include <stdint.h>
#include <sys/mman.h>

// Asks for the cache lines of some bytes, which are soon to be read. Nothing that a program can see changes; no address is a wrong one.
static inline void cprocessor_prefetch(const void *first, long bytes) {
    const long line = 64;
    for (long at = 0; at < bytes; at += line) __builtin_prefetch((const char *)first + at);
    // It may begin anywhere in a line.
    if (bytes > 1) __builtin_prefetch((const char *)first + bytes - 1);
}

// Asks for large pages under some bytes that nobody has written to yet: what is read all over them costs fewer looks into the
// page tables. Where there are none, nothing changes.
static inline void cprocessor_prefer_large_pages(void *first, long bytes) {
    const uintptr_t large = (uintptr_t)2 << 20;
    const uintptr_t begin = ((uintptr_t)first + large - 1) & ~(large - 1), end = ((uintptr_t)first + bytes) & ~(large - 1);
    if (begin < end) madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}
