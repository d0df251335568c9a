/*
 * Whether this kernel gives MAP_STACK a meaning. mmap(2) calls it a no-op; since Linux 6.7 it asks for no transparent
 * huge pages, which smaps shows as "nh" in VmFlags. Observed on two regions that differ in nothing else.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>

#define REGION_SIZE ((size_t)65536)
#define PLAIN_FLAGS (MAP_PRIVATE | MAP_ANONYMOUS)
#define FLAG_SPACE 256

static void fail(const char *message) {
    perror(message);
    exit(1);
}

static char *map_region(int flags) {
    char *region = mmap(NULL, REGION_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (region == MAP_FAILED) {
        fail("failed to map a region");
    }
    return region;
}

/* Copies the VmFlags of the mapping that holds the address, which may be longer than the region: equals are merged. */
static void read_vm_flags(const char *address, char flags[FLAG_SPACE]) {
    FILE *smaps = fopen("/proc/self/smaps", "re");
    if (smaps == NULL) {
        fail("failed to open /proc/self/smaps");
    }
    char *line = NULL;
    size_t space = 0;
    bool inside = false;
    bool found = false;
    while (!found && getline(&line, &space, smaps) != -1) {
        unsigned long low;
        unsigned long high;
        if (sscanf(line, "%lx-%lx ", &low, &high) == 2) {
            inside = (unsigned long)address >= low && (unsigned long)address < high;
        } else if (inside && strncmp(line, "VmFlags: ", strlen("VmFlags: ")) == 0) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(flags, FLAG_SPACE, "%s", line + strlen("VmFlags: "));
            found = true;
        }
    }
    if (ferror(smaps)) {
        fail("failed to read /proc/self/smaps");
    }
    free(line);
    fclose(smaps);
    if (!found) {
        fprintf(stderr, "no VmFlags for %p in /proc/self/smaps: it needs Linux 3.8 or later\n", (const void *)address);
        exit(1);
    }
}

/* VmFlags are two letters each, with a space between (proc_pid_smaps(5)). */
static bool has_flag(const char *flags, const char *flag) {
    for (const char *at = strstr(flags, flag); at != NULL; at = strstr(at + 1, flag)) {
        if ((at == flags || at[-1] == ' ') && (at[2] == ' ' || at[2] == '\0')) {
            return true;
        }
    }
    return false;
}

int main(void) {
    char *stack = map_region(PLAIN_FLAGS | MAP_STACK);
    char *plain = map_region(PLAIN_FLAGS);
    char stack_flags[FLAG_SPACE];
    char plain_flags[FLAG_SPACE];
    read_vm_flags(stack, stack_flags);
    read_vm_flags(plain, plain_flags);
    const bool stack_nh = has_flag(stack_flags, "nh");
    const bool plain_nh = has_flag(plain_flags, "nh");

    struct utsname kernel;
    if (uname(&kernel) == -1) {
        fail("failed to ask for the kernel's release");
    }
    printf("with MAP_STACK     VmFlags: %s\n", stack_flags);
    printf("without MAP_STACK  VmFlags: %s\n", plain_flags);
    if (stack_nh && !plain_nh) {
        printf("Linux %s gives MAP_STACK a meaning: no transparent huge pages (nh)\n", kernel.release);
    } else {
        printf("Linux %s gives MAP_STACK no meaning that VmFlags show\n", kernel.release);
    }
    printf("clonetrace program=map_stack syscall=mmap flags=0x%x stack=0x%lx stack_size=%zu nh=%s plain_flags=0x%x"
           " plain=0x%lx plain_nh=%s kernel=%s\n",
           (unsigned)(PLAIN_FLAGS | MAP_STACK), (unsigned long)stack, REGION_SIZE, stack_nh ? "yes" : "no",
           (unsigned)PLAIN_FLAGS, (unsigned long)plain, plain_nh ? "yes" : "no", kernel.release);

    if (fflush(stdout) == EOF) {
        fail("failed to write to stdout");
    }
    if (munmap(stack, REGION_SIZE) == -1 || munmap(plain, REGION_SIZE) == -1) {
        fail("failed to unmap a region");
    }
    return 0;
}
