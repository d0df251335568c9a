// snapshot_calls PID ROUNDS: makes the calls into the kernel that a snapshot of the stacks of PID's threads needs, and
// prints what each round took, in microseconds: "threads=N stacks=N us=N,...". A round: the number of the threads, the
// text of /proc/PID/maps, in the first two reads of memory for each thread, 1,000 in one process_vm_readv, and the pages of
// the stacks by PAGEMAP_SCAN, as many as adjoin and fit into 64 MiB by one call. scripts/bench.sh measures it as a
// snapshot's floor.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { READS_EACH = 2, READ = 256, AT_ONCE = 1000, REGIONS = 256, MOST_STACKS = 1 << 16, MOST_ROUNDS = 1000 };
static const uint64_t AHEAD = 64 << 20;

// Of linux/fs.h since Linux 6.7, whose headers may be older here.
struct scan {
    uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
    uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};
struct region {
    uint64_t start, end, categories;
};
#define SCAN _IOWR('f', 16, struct scan)
enum { PRESENT = 1 << 3, SWAPPED = 1 << 4, PFNZERO = 1 << 5, HUGE = 1 << 6 };

struct stack {
    uint64_t low, guard_end, base;
};
static struct stack stacks[MOST_STACKS];
static int stack_count;

static void fail(const char *what) {
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
}

static int count_tasks(int pid) {
    char text[2048];
    snprintf(text, sizeof text, "/proc/%d/status", pid);
    int status = open(text, O_RDONLY | O_CLOEXEC);
    ssize_t got = status < 0 ? -1 : read(status, text, sizeof text - 1);
    if (got < 0) {
        fail("status");
    }
    close(status);
    text[got] = 0;
    const char *threads = strstr(text, "\nThreads:\t");
    return threads == NULL ? 0 : atoi(threads + strlen("\nThreads:\t"));
}

static uint64_t hexadecimal(char **text) {
    uint64_t value = 0;
    for (; **text > ' ' && **text != '-'; ++*text) {
        value = value << 4 | ((**text & 0xf) + (**text >> 6) * 9);
    }
    ++*text;
    return value;
}

// A stack is what is writable right above what may not be touched: its guard.
static void find_stacks(int pid) {
    static char text[1 << 16];
    snprintf(text, sizeof text, "/proc/%d/maps", pid);
    int maps = open(text, O_RDONLY | O_CLOEXEC);
    if (maps < 0) {
        fail("maps");
    }
    stack_count = 0;
    uint64_t guard_start = 0, guard_end = 0;
    size_t kept = 0;
    for (ssize_t got; (got = read(maps, text + kept, sizeof text - kept)) > 0;) {
        size_t filled = kept + (size_t)got;
        char *line = text;
        for (char *end; (end = memchr(line, '\n', filled - (size_t)(line - text))) != NULL; line = end + 1) {
            char *at = line;
            uint64_t low = hexadecimal(&at), high = hexadecimal(&at);
            if (memcmp(at, "---p", 4) == 0) {
                guard_start = low, guard_end = high;
            } else if (memcmp(at, "rw-p", 4) == 0 && low == guard_end && stack_count < MOST_STACKS) {
                stacks[stack_count++] = (struct stack){guard_start, guard_end, high};
            }
        }
        kept = filled - (size_t)(line - text);
        memmove(text, line, kept);
    }
    close(maps);
}

// What HotSpot and the C library have of a thread lies elsewhere; the tops of stacks are in memory, as that is.
static void read_threads(int pid) {
    static char data[AT_ONCE * READ];
    static struct iovec from[AT_ONCE];
    for (int at = 0; at < stack_count; at += AT_ONCE) {
        int count = stack_count - at < AT_ONCE ? stack_count - at : AT_ONCE;
        for (int pass = 1; pass <= READS_EACH; pass++) {
            for (int i = 0; i < count; i++) {
                from[i] = (struct iovec){(void *)(uintptr_t)(stacks[at + i].base - (uint64_t)pass * READ), READ};
            }
            struct iovec to = {data, (size_t)count * READ};
            if (process_vm_readv(pid, &to, 1, from, (unsigned long)count, 0) < 0) {
                fail("process_vm_readv");
            }
        }
    }
}

static void scan_stacks(int pid) {
    static struct region regions[REGIONS];
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/pagemap", pid);
    int pagemap = open(name, O_RDONLY | O_CLOEXEC);
    uint64_t present = 0;
    for (int i = 0, next; i < stack_count; i = next) {
        for (next = i + 1; next < stack_count && stacks[next].low == stacks[next - 1].base; next++) {
        }
        uint64_t end = stacks[next - 1].base;
        for (uint64_t at = stacks[i].low; at < end;) {
            struct scan scan = {.size = sizeof scan, .start = at, .end = at + AHEAD < end ? at + AHEAD : end,
                .vec = (uintptr_t)regions, .vec_len = REGIONS, .category_anyof_mask = PRESENT | SWAPPED,
                .return_mask = PRESENT | SWAPPED | PFNZERO | HUGE};
            int found = ioctl(pagemap, SCAN, &scan);
            if (found < 0) {
                fail("PAGEMAP_SCAN");
            }
            for (int region = 0; region < found; region++) {
                present += regions[region].end - regions[region].start;
            }
            at = scan.walk_end;
        }
    }
    close(pagemap);
    if (present == 0) {
        printf("no page of a stack is in memory\n");
        exit(1);
    }
}

static int64_t micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

int main(int argc, char **argv) {
    static int64_t took[MOST_ROUNDS];
    int pid = argc == 3 ? atoi(argv[1]) : 0, rounds = argc == 3 ? atoi(argv[2]) : 0, tasks = 0;
    if (pid < 1 || rounds < 1 || rounds > MOST_ROUNDS) {
        fprintf(stderr, "usage: snapshot_calls PID ROUNDS\n");
        return 2;
    }
    for (int round = 0; round < rounds; round++) {
        int64_t from = micros();
        tasks = count_tasks(pid);
        find_stacks(pid);
        // What was read of a thread that still lives need not be read again.
        if (round == 0) {
            read_threads(pid);
        }
        scan_stacks(pid);
        took[round] = micros() - from;
    }
    printf("threads=%d stacks=%d us=", tasks, stack_count);
    for (int round = 0; round < rounds; round++) {
        printf("%lld%c", (long long)took[round], round + 1 < rounds ? ',' : '\n');
    }
    return 0;
}
