// udp-sender FILE PORT RATE: sends recorded NMEA to 127.0.0.1, two lines (one fix: RMC and GGA) a datagram.
//
// RATE is in datagrams a second; 0 is as fast as sendmmsg(2) goes. Prints the datagrams sent and the nanoseconds taken.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum { AT_ONCE = 64, TICK_NS = 1000000 };

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Cuts the bytes into datagrams of two lines.
static size_t cut(char *bytes, size_t length, struct iovec *datagrams) {
    size_t count = 0;
    for (char *at = bytes, *end = bytes + length; at < end;) {
        char *first = memchr(at, '\n', (size_t)(end - at));
        char *second = first ? memchr(first + 1, '\n', (size_t)(end - first - 1)) : NULL;
        char *next = second ? second + 1 : end;
        datagrams[count++] = (struct iovec){at, (size_t)(next - at)};
        at = next;
    }
    return count;
}

int main(int argc, char **argv) {
    if (argc != 4) errx(64, "usage: udp-sender FILE PORT RATE");
    int file = open(argv[1], O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) < 0) err(66, "%s", argv[1]);
    size_t length = (size_t)status.st_size;
    // Read whole before the clock starts.
    char *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    struct iovec *datagrams = malloc((length / 40 + 1) * sizeof *datagrams);
    if (bytes == MAP_FAILED || !datagrams) err(71, "%s", argv[1]);
    size_t count = cut(bytes, length, datagrams);
    double rate = atof(argv[3]);

    int number = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(number, (struct sockaddr *)&to, sizeof to) < 0) err(71, "connect");

    static struct mmsghdr messages[AT_ONCE];
    size_t sent = 0;
    long long began = now_ns();
    while (sent < count) {
        size_t due = count;
        if (rate > 0) {
            long long elapsed = now_ns() - began;
            due = (size_t)((double)elapsed * rate / 1e9);
            if (due > count) due = count;
            if (due <= sent) {
                struct timespec tick = {.tv_nsec = TICK_NS};
                nanosleep(&tick, NULL);
                continue;
            }
        }
        unsigned piece = due - sent < AT_ONCE ? (unsigned)(due - sent) : AT_ONCE;
        for (unsigned i = 0; i < piece; i++)
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &datagrams[sent + i], .msg_iovlen = 1};
        int gone = sendmmsg(number, messages, piece, 0);
        // That nobody listens is no error: a tracker would not know.
        sent += gone > 0 ? (size_t)gone : 1;
    }
    printf("%zu %lld\n", sent, now_ns() - began);
    return 0;
}
