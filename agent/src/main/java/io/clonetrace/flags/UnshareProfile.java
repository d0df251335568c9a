package io.clonetrace.flags;

import io.clonetrace.clone.CloneFlags;
import java.util.Arrays;
import java.util.List;

/** What well-known programs pass to unshare(2), each read in its source or in a trace of it. */
enum UnshareProfile {
    UNSHARE(
            "unshare -Urpf --mount-proc",
            "unshare",
            "NEWNS|NEWUSER|NEWPID",
            "trace of util-linux 2.38.1: -m NEWNS, -u NEWUTS, -i NEWIPC, -n NEWNET, -p NEWPID, -U NEWUSER, -C NEWCGROUP, -T"
                    + " NEWTIME; -r implies -U, --mount-proc -m; -f then forks by glibc"),
    RUNC(
            "runc, entering a container's namespaces",
            "runc, docker, containerd, nsexec",
            "NEWNS|NEWUTS|NEWIPC|NEWPID|NEWNET",
            "trace of runc 1.1.5 with the configuration of runc spec; config.json names the namespaces"),
    CHROME(
            "Chrome's sandbox, entering a user namespace",
            "chrome, chromium, electron",
            "NEWUSER",
            "Chromium, sandbox/linux/services/credentials.cc, MoveToNewUserNS (commit 1a4f344c5089); trace of"
                    + " Chromium 156");

    private final String label;
    private final List<String> names;
    private final CloneFlags flags;
    private final String source;

    UnshareProfile(String label, String names, String flags, String source) {
        this.label = label;
        this.names = List.of(names.split(", "));
        this.flags = CloneFlags.parse(flags);
        this.source = source;
    }

    /** The profiles of the program of that name, in any case. */
    static List<UnshareProfile> called(String name) {
        return Arrays.stream(values())
                .filter(profile -> profile.names.stream().anyMatch(name::equalsIgnoreCase))
                .toList();
    }

    /** The profiles with exactly these flags. */
    static List<UnshareProfile> all(CloneFlags flags) {
        return Arrays.stream(values())
                .filter(profile -> profile.flags.equals(flags))
                .toList();
    }

    String label() {
        return label;
    }

    CloneFlags flags() {
        return flags;
    }

    String source() {
        return source;
    }
}
