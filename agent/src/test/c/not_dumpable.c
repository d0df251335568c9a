/* Preloaded (ld.so(8)), makes the process one that only root may trace, as it is for a program whose file its user may
 * not read. */
#include <sys/prctl.h>

__attribute__((constructor)) static void begin(void) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
