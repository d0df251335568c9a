package io.clonetrace.stack;

import io.clonetrace.limit.ThreadLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file tree with a {@code /proc} and cgroups such as other machines have; the process is number 7. */
public final class Machine {
    public static final int UID = 1_000;

    private final Path root;
    private final List<String> mounts = new ArrayList<>();

    /** A kernel of 6.18 with one process of an ordinary user, and no limits but the machine's own. */
    public Machine(Path root) throws IOException {
        this.root = root;
        write("proc/loadavg", "0.10 0.20 0.30 2/251 4711\n");
        write("proc/sys/kernel/osrelease", "6.18.44-amd64\n");
        write("proc/sys/kernel/threads-max", "192730\n");
        write("proc/sys/kernel/pid_max", "32768\n");
        write("proc/sys/vm/max_map_count", "65530\n");
        write("proc/7/maps", "55d0-55d1 r--p 0 00:00 0\n7ffd-7ffe rw-p 0 00:00 0 [stack]\n");
        write("proc/7/uid_map", "         0          0 4294967295\n");
        write("proc/7/cgroup", "0::/\n");
        write("proc/self/mountinfo", "");
        namespaces("user:[4026531837]", "pid:[4026531836]");
        process(7, UID, 19, 0);
        resources("unlimited", "unlimited", "unlimited");
    }

    public ThreadLimits limits() {
        return ThreadLimits.of(root.resolve("proc/7"));
    }

    public Machine write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }

    public void delete(String path) throws IOException {
        Files.delete(root.resolve(path));
    }

    public String path(String path) {
        return root.resolve(path).toString();
    }

    public Machine namespaces(String user, String pid) throws IOException {
        link("proc/7/ns/user", user);
        link("proc/self/ns/pid", pid);
        return this;
    }

    /** A process with that real user, in which the effective one is root; address space: 9 MB, 4 MB of it data. */
    public Machine process(int pid, int uid, int threads, long capabilities) throws IOException {
        return write("proc/" + pid + "/status", """
                Name:\tUid: 0
                Pid:\t%d
                Uid:\t%d\t0\t0\t0
                Gid:\t%d\t0\t0\t0
                VmSize:\t    9000 kB
                VmData:\t    4000 kB
                Threads:\t%d
                CapInh:\tffffffffffffffff
                CapEff:\t%016x
                """.formatted(pid, uid, uid, threads, capabilities));
    }

    public Machine resources(String processes, String addressSpace, String data) throws IOException {
        return write("proc/7/limits", """
                Limit                     Soft Limit           Hard Limit           Units    \s
                Max cpu time              unlimited            unlimited            seconds  \s
                Max data size             %-20s unlimited            bytes    \s
                Max processes             %-20s 96365                processes\s
                Max address space         %-20s unlimited            bytes    \s
                """.formatted(data, processes, addressSpace));
    }

    /** Mounts a hierarchy of cgroups at a folder of the tree, which is made. */
    public Machine mount(String type, String options, String cgroup, String folder) throws IOException {
        Path point = Files.createDirectories(root.resolve(folder));
        mounts.add("31 23 0:28 %s %s rw,nosuid shared:9 - %s cgroup rw,%s"
                .formatted(cgroup, point.toString().replace(" ", "\\040"), type, options));
        return write(
                "proc/self/mountinfo", "22 27 0:21 / /proc rw - proc proc rw\n" + String.join("\n", mounts) + "\n");
    }

    /** A version 2 cgroup's files. */
    public Machine cgroup(String folder, String pidsMax, int pids) throws IOException {
        return write(folder + "/pids.max", pidsMax + "\n").write(folder + "/pids.current", pids + "\n");
    }

    private void link(String path, String target) throws IOException {
        Path link = root.resolve(path);
        Files.createDirectories(link.getParent());
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
    }
}
