package io.clonetrace.limit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What decides which limits apply to a process and does not change while it lives: its user namespace, and the pid
 * namespace of this process.
 */
final class ProcessFacts {
    // Fixed inode numbers of the initial namespaces: include/uapi/linux/nsfs.h, before that linux/proc_ns.h.
    private static final String FIRST_USER = "user:[4026531837]";
    private static final String FIRST_PID = "pid:[4026531836]";

    private static final int INSIDE = 0;
    private static final int OUTSIDE = 1;
    private static final int LENGTH = 2;

    /** 32 bits. */
    private static final String UID = "\\d{1,10}";

    /** sysctl pid_max belongs to each pid namespace since Linux 6.14. */
    private static final int[] OWN_PID_MAX = {6, 14};

    private final String userNamespace;
    private final String pidNamespace;
    private final boolean ownPidMax;
    private final List<String> uidMap;

    ProcessFacts(Path procDir, Path proc, ProcText text) {
        userNamespace = link(procDir.resolve("ns/user"));
        pidNamespace = link(proc.resolve("self/ns/pid"));
        ownPidMax = text.read(proc + "/sys/kernel/osrelease") && isSince(text.text(), OWN_PID_MAX);
        uidMap = text.read(procDir + "/uid_map") ? text.lines() : List.of();
    }

    /** Whether its capabilities lift the limits: only those in the initial user namespace do. */
    boolean inFirstUserNamespace() {
        return FIRST_USER.equals(userNamespace);
    }

    /** Whether its user namespace is known; not if this user may not look at the process. */
    boolean userNamespaceKnown() {
        return userNamespace != null;
    }

    /** Whether the processes of the whole machine are visible. */
    boolean inFirstPidNamespace() {
        return FIRST_PID.equals(pidNamespace);
    }

    /** Whether kernel.pid_max, as read here, is that of this pid namespace and not the machine's. */
    boolean pidMaxIsOfNamespace() {
        return ownPidMax && !inFirstPidNamespace();
    }

    /** Whether that user of its namespace is root outside. */
    boolean isRootOutside(long uid) {
        for (String line : uidMap) {
            String[] words = line.strip().split("\\s+");
            if (words.length > LENGTH && Arrays.stream(words).allMatch(word -> word.matches(UID))) {
                long from = uid - Long.parseLong(words[INSIDE]);
                if (from >= 0 && from < Long.parseLong(words[LENGTH])) {
                    return Long.parseLong(words[OUTSIDE]) + from == 0;
                }
            }
        }
        return false;
    }

    private static boolean isSince(String release, int[] version) {
        int dot = release.indexOf('.');
        int end = dot + 1;
        while (end < release.length() && Character.isDigit(release.charAt(end))) {
            end++;
        }
        try {
            int major = Integer.parseInt(release.substring(0, Math.max(dot, 0)));
            int minor = Integer.parseInt(release.substring(dot + 1, end));
            return major > version[0] || major == version[0] && minor >= version[1];
        } catch (NumberFormatException other) {
            return false;
        }
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException unreadable) {
            return null;
        }
    }
}
