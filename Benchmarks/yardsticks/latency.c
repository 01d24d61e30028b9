// latency FILE PORT EVENTS RATE SECONDS: how long it takes from a datagram to the line that it causes in the event file.
//
// Sends the recorded NMEA of FILE to 127.0.0.1:PORT, two lines (one fix) a datagram, RATE of them a second. Two seconds
// later, when the daemon knows the devices, it also sends for SECONDS a hundred calls for help a second, each by a
// tracker of its own, which is an event at once. A second thread waits for EVENTS to grow (inotify) and looks for their
// names. Prints the nanoseconds that 99 of 100 calls took at the most; to standard error also the median. Exit code 1: a
// call was not told within ten seconds of the end.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CALLS_A_SECOND = 100, MOST_CALLS = 100000, LINE = 4096, WARM_UP_S = 2, PATIENCE_S = 10 };
static const char name_of_call[] = "\"device\":\"99900000";

static long long asked[MOST_CALLS], told[MOST_CALLS];
static int calls, calls_told, is_over;
static const char *events;
static int file, notices;

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void look_at(const char *line, long long now) {
    const char *name = strstr(line, name_of_call);
    if (!name) return;
    int call = atoi(name + sizeof name_of_call - 1) % MOST_CALLS;
    if (told[call] != 0) return;
    told[call] = now;
    __atomic_add_fetch(&calls_told, 1, __ATOMIC_RELEASE);
}

static void *follow(void *unused) {
    static char text[1 << 20];
    size_t held = 0;
    struct pollfd entry = {.fd = notices, .events = POLLIN};
    while (!__atomic_load_n(&is_over, __ATOMIC_ACQUIRE)) {
        char ignored[4096];
        if (poll(&entry, 1, 100) > 0 && read(notices, ignored, sizeof ignored) < 0) err(74, "inotify");
        ssize_t count;
        while ((count = read(file, text + held, sizeof text - 1 - held)) > 0) {
            long long now = now_ns();
            held += (size_t)count;
            text[held] = 0;
            char *line = text;
            for (char *end; (end = strchr(line, '\n')); line = end + 1) {
                *end = 0;
                look_at(line, now);
            }
            held = (size_t)(text + held - line);
            memmove(text, line, held);
        }
    }
    return unused;
}

static int by_size(const void *a, const void *b) {
    long long one = *(const long long *)a, other = *(const long long *)b;
    return (one > other) - (one < other);
}

static void call_for_help(int number) {
    char line[128];
    int length = snprintf(line, sizeof line, "imei:99900000%07d,help me,0000000000,,L;\r\n", calls);
    asked[calls++] = now_ns();
    if (send(number, line, (size_t)length, 0) < 0) warn("send");
}

static void send_one_fix(int number, FILE *input) {
    char text[2 * LINE];
    if (!fgets(text, LINE, input)) errx(66, "the recording is too short");
    size_t length = strlen(text);
    if (fgets(text + length, LINE, input)) length = strlen(text);
    if (send(number, text, length, 0) < 0) warn("send");
}

int main(int argc, char **argv) {
    if (argc != 6) errx(64, "usage: latency FILE PORT EVENTS RATE SECONDS");
    FILE *input = fopen(argv[1], "r");
    if (!input) err(66, "%s", argv[1]);
    events = argv[3];
    int number = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(number, (struct sockaddr *)&to, sizeof to) < 0) err(71, "connect");
    // Before the first call.
    file = open(events, O_RDONLY);
    notices = inotify_init1(IN_CLOEXEC);
    if (file < 0 || notices < 0 || inotify_add_watch(notices, events, IN_MODIFY) < 0) err(66, "%s", events);
    lseek(file, 0, SEEK_END);
    pthread_t follower;
    pthread_create(&follower, NULL, follow, NULL);

    double rate = atof(argv[4]), seconds = atof(argv[5]);
    long long began = now_ns(), fixes = 0;
    for (double elapsed = 0; elapsed < seconds + WARM_UP_S; elapsed = (double)(now_ns() - began) / 1e9) {
        for (; (double)fixes < elapsed * rate; fixes++) send_one_fix(number, input);
        while (calls < (elapsed - WARM_UP_S) * CALLS_A_SECOND && calls < MOST_CALLS) call_for_help(number);
        struct timespec tick = {.tv_nsec = 500000};
        nanosleep(&tick, NULL);
    }
    for (int wait = 0; wait < PATIENCE_S * 100 && __atomic_load_n(&calls_told, __ATOMIC_ACQUIRE) < calls; wait++)
        usleep(10000);
    __atomic_store_n(&is_over, 1, __ATOMIC_RELEASE);
    pthread_join(follower, NULL);

    if (calls == 0 || calls_told < calls) errx(1, "%d of %d calls were told", calls_told, calls);
    for (int call = 0; call < calls; call++) told[call] -= asked[call];
    qsort(told, (size_t)calls, sizeof *told, by_size);
    fprintf(stderr, "median %lld ns of %d\n", told[calls / 2], calls);
    printf("%lld\n", told[(calls * 99 - 1) / 100]);
    return 0;
}
