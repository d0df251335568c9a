package io.clonetrace.fleet.generator;

import java.util.List;

/**
 * What a container image decides: the JDK, the C library, and how threads are cloned.
 *
 * @param jvmVersion null for the template's own
 * @param prettyName of os-release; null likewise
 * @param glibc its version; null likewise
 * @param syscall what pthread_create(3) calls; null likewise
 * @param dropped the clone flags that are missing
 * @param droppedName their name; null if none is
 */
record Image(
        String name,
        String jvmVersion,
        String prettyName,
        String glibc,
        String syscall,
        long dropped,
        String droppedName) {
    /** Of {@code linux/sched.h}. */
    private static final long CLONE_SYSVSEM = 0x40000;

    private static final String HOTSPOT =
            "OpenJDK 64-Bit Server VM (%s) for linux-amd64 JRE (%1$s), built on Jan 1 2026";

    /**
     * The first is the template's own; the last differs from all others in its flags. glibc calls clone3 since 2.34.
     */
    static final List<Image> ALL = List.of(
            new Image("own", null, null, null, null, 0, null),
            new Image("jammy-21", hotspot("21.0.11+9-LTS"), "Ubuntu 22.04.5 LTS", "2.35", "clone3", 0, null),
            new Image("ubi8-17", hotspot("17.0.15+6-LTS"), "Red Hat Enterprise Linux 8.10", "2.28", "clone", 0, null),
            new Image("trixie-25", hotspot("25.0.3+9-LTS"), "Debian GNU/Linux 13 (trixie)", "2.41", "clone3", 0, null),
            new Image(
                    "patched-17",
                    hotspot("17.0.15+6-LTS"),
                    "Debian GNU/Linux 12 (bookworm)",
                    "2.36",
                    "clone3",
                    CLONE_SYSVSEM,
                    "CLONE_SYSVSEM"));

    private static String hotspot(String version) {
        return String.format(HOTSPOT, version);
    }

    long flags(long own) {
        return own & ~dropped;
    }

    String flagNames(String own) {
        return own == null || droppedName == null
                ? own
                : own.replace("|" + droppedName, "").replace(droppedName + "|", "");
    }

    /** The text of {@code jdk.OSInformation}. */
    String system(String own) {
        if (own == null || glibc == null) {
            return own;
        }
        return own.replaceFirst("PRETTY_NAME=\"[^\"]*\"", "PRETTY_NAME=\"" + prettyName + '"')
                .replaceFirst("libc: ?glibc \\S+ NPTL \\S+", "libc: glibc " + glibc + " NPTL " + glibc);
    }
}
