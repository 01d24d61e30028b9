// The few Linux calls that Swift's Glibc module leaves out, each as thin as it can be.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>

// eventfd(2): <sys/eventfd.h> is in no Swift module. Non-blocking, closed on exec.
// Returns the descriptor, or -1 with errno.
int clinux_eventfd(void);

// pthread_setname_np(3) of the calling thread: declared under _GNU_SOURCE only. At most 15 bytes; a longer name is not set.
void clinux_name_thread(const char *name);

// mallinfo2(3): <malloc.h> is in no Swift module. Bytes that the main arena has given out, its own overhead included;
// what threads other than the first allocate is elsewhere.
size_t clinux_allocated_bytes(void);

// mallopt(3): <malloc.h> is in no Swift module. Each arena keeps up to so many freed bytes at its end instead of giving them
// back, and what is smaller is not mapped by itself. Returns 1, or 0 where the library refuses.
int clinux_keep_freed_memory(int bytes);

// mallopt(3): <malloc.h> is in no Swift module. An arena that needs memory asks the system for so many bytes more than it needs.
// Returns 1, or 0 where the library refuses.
int clinux_ask_memory_at_once(int bytes);

// malloc_trim(3): <malloc.h> is in no Swift module. Gives the system back every freed page of every arena.
void clinux_give_back_memory(void);

// The most datagrams that one call of clinux_receive_datagrams takes.
enum { CLINUX_DATAGRAMS = 128 };

// One received datagram: who sent it, and how many bytes of its slot it fills.
typedef struct {
    // The sender's IPv6 address in host order; an IPv4 sender is ::ffff:a.b.c.d, whichever socket it came by.
    uint64_t address_high;
    uint64_t address_low;
    // The interface of a link-local sender, else 0.
    uint32_t scope;
    uint16_t port;
    // 1 where the datagram was longer than its slot and lost its end.
    uint16_t is_cut;
    uint32_t length;
} clinux_datagram;

// recvmmsg(2): struct mmsghdr needs _GNU_SOURCE, which Swift's Glibc module is built without. Does not block.
// Datagram n goes to bytes + n * slot. Returns the number of datagrams, or -1 with errno (EAGAIN: none waits).
int clinux_receive_datagrams(
    int descriptor, uint8_t *bytes, size_t slot, clinux_datagram *datagrams, unsigned count);

#endif
