// Asks for the cache line of an address, to be written to soon. Nothing that a program can see changes; no address is a wrong one.
static inline void cprocessor_prefetch(const void *address) { __builtin_prefetch(address, 1); }
