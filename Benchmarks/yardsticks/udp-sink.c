// udp-sink PORT: takes the datagrams that come to 127.0.0.1 with recvmmsg(2) into the same buffers again and again, and
// does nothing with them: what a daemon's intake is measured by.
//
// Says "ready", and ends half a second after the last. Prints the datagrams taken, and the nanoseconds from the first to
// the last. Its kernel buffer is as large as the daemon's.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum { AT_ONCE = 128, SLOT = 2048, KERNEL_BUFFER = 32 << 20 };

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 2) errx(64, "usage: udp-sink PORT");
    int number = socket(AF_INET, SOCK_DGRAM, 0);
    int room = KERNEL_BUFFER;
    if (setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
        setsockopt(number, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    struct timeval patience = {.tv_usec = 500000};
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1]))};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(number, (struct sockaddr *)&here, sizeof here) < 0) err(71, "bind");

    static char bytes[AT_ONCE][SLOT];
    static struct iovec pieces[AT_ONCE];
    static struct sockaddr_storage peers[AT_ONCE];
    static struct mmsghdr messages[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
        pieces[i] = (struct iovec){bytes[i], SLOT};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &peers[i], .msg_namelen = sizeof peers[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
    }
    puts("ready");
    fflush(stdout);
    long taken = 0;
    long long first = 0, last = 0;
    while (1) {
        int count = recvmmsg(number, messages, AT_ONCE, MSG_WAITFORONE, NULL);
        if (count > 0) {
            last = now_ns();
            if (taken == 0) first = last;
            taken += count;
        } else if (taken > 0) {
            break;
        }
    }
    printf("%ld %lld\n", taken, last - first);
    return 0;
}
