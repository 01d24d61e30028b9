#define _GNU_SOURCE
#include "clinux.h"

#include <arpa/inet.h>
#include <endian.h>
#include <malloc.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void clinux_name_thread(const char *name) { (void)pthread_setname_np(pthread_self(), name); }

size_t clinux_allocated_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

int clinux_keep_freed_memory(int bytes) {
    return mallopt(M_MMAP_THRESHOLD, bytes) == 1 && mallopt(M_TRIM_THRESHOLD, bytes) == 1;
}

int clinux_ask_memory_at_once(int bytes) { return mallopt(M_TOP_PAD, bytes) == 1; }

void clinux_give_back_memory(void) { (void)malloc_trim(0); }

static void describe_peer(const struct sockaddr_storage *address, clinux_datagram *datagram) {
    datagram->address_high = 0;
    datagram->address_low = 0;
    datagram->scope = 0;
    datagram->port = 0;
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
        datagram->address_low = 0xFFFF00000000u | ntohl(v4->sin_addr.s_addr);
        datagram->port = ntohs(v4->sin_port);
    } else if (address->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;
        uint64_t halves[2];
        memcpy(halves, &v6->sin6_addr, sizeof halves);
        datagram->address_high = be64toh(halves[0]);
        datagram->address_low = be64toh(halves[1]);
        datagram->scope = v6->sin6_scope_id;
        datagram->port = ntohs(v6->sin6_port);
    }
}

int clinux_receive_datagrams(
    int descriptor, uint8_t *bytes, size_t slot, clinux_datagram *datagrams, unsigned count) {
    struct mmsghdr headers[CLINUX_DATAGRAMS];
    struct iovec pieces[CLINUX_DATAGRAMS];
    struct sockaddr_storage peers[CLINUX_DATAGRAMS];
    if (count > CLINUX_DATAGRAMS) count = CLINUX_DATAGRAMS;
    for (unsigned i = 0; i < count; i++) {
        pieces[i].iov_base = bytes + i * slot;
        pieces[i].iov_len = slot;
        struct msghdr *header = &headers[i].msg_hdr;
        header->msg_name = &peers[i];
        header->msg_namelen = sizeof peers[i];
        header->msg_iov = &pieces[i];
        header->msg_iovlen = 1;
        header->msg_control = NULL;
        header->msg_controllen = 0;
        header->msg_flags = 0;
        headers[i].msg_len = 0;
        peers[i].ss_family = AF_UNSPEC;
    }
    int received = recvmmsg(descriptor, headers, count, MSG_DONTWAIT, NULL);
    for (int i = 0; i < received; i++) {
        struct msghdr *header = &headers[i].msg_hdr;
        describe_peer(&peers[i], &datagrams[i]);
        datagrams[i].length = headers[i].msg_len;
        datagrams[i].is_cut = (header->msg_flags & MSG_TRUNC) != 0;
    }
    return received;
}
