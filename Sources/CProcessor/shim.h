// Asks for the cache lines of some bytes, which are soon to be read. Nothing that a program can see changes; no address is a wrong one.
static inline void cprocessor_prefetch(const void *first, long bytes) {
    const long line = 64;
    for (long at = 0; at < bytes; at += line) __builtin_prefetch((const char *)first + at);
    // It may begin anywhere in a line.
    __builtin_prefetch((const char *)first + bytes - 1);
}
