package io.clonetrace.linux.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the calling thread may do (proc(5), the fields CapEff and Seccomp of its status), told without a system call
 * that could be refused.
 *
 * @param capabilities a bit for each (capabilities(7))
 * @param filtered whether a seccomp filter decides about each system call; nobody can ask it beforehand, and it may
 *     kill the process for one
 */
public record Rights(long capabilities, boolean filtered) {
    private static final int CAP_SYS_ADMIN = 21; // linux/capability.h
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;
    private static final int HEX = 16;
    private static final String CAPABILITIES = "CapEff:";
    private static final String SECCOMP = "Seccomp:";
    private static final String FILTER = "2"; // linux/seccomp.h: SECCOMP_MODE_FILTER

    /** Those of the calling thread; where /proc doesn't tell, all of them, under a filter. */
    public static Rights own() {
        try {
            return of(Files.readAllLines(Path.of("/proc/thread-self/status"), StandardCharsets.ISO_8859_1));
        } catch (IOException | NumberFormatException untold) {
            return new Rights(-1, true);
        }
    }

    static Rights of(List<String> status) {
        long capabilities = -1;
        boolean filtered = false;
        for (String line : status) {
            if (line.startsWith(CAPABILITIES)) {
                capabilities = Long.parseUnsignedLong(
                        line.substring(CAPABILITIES.length()).trim(), HEX);
            } else if (line.startsWith(SECCOMP)) {
                filtered = line.substring(SECCOMP.length()).trim().equals(FILTER);
            }
        }
        return new Rights(capabilities, filtered);
    }

    /** Whether it may let BPF programs observe; a user namespace of its own can still be against it. */
    public boolean toTraceByBpf() {
        return toAdminister() || has(CAP_BPF) && has(CAP_PERFMON);
    }

    /** CAP_SYS_ADMIN: root, mostly. */
    public boolean toAdminister() {
        return has(CAP_SYS_ADMIN);
    }

    private boolean has(int capability) {
        return (capabilities >> capability & 1) != 0;
    }
}
