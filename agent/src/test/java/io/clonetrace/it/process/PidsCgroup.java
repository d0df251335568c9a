package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A cgroup of the test's own with a limit on threads; skips the test where none can be made. */
public record PidsCgroup(Path folder, Path inner) implements AutoCloseable {
    private static final long CHECK_NANOS = 5_000_000;
    private static final int CHECKS = 2_000;

    /** The limit is the parent's, as that of a container often is. */
    public static PidsCgroup make(String name, int max) throws IOException {
        assumeTrue(OrdinaryUser.isRoot(), "only root can make a cgroup");
        Path mount = mount();
        assumeTrue(mount != null, "no cgroup file system with pids is mounted");
        Path folder = Files.createDirectory(mount.resolve(name));
        PidsCgroup cgroup = new PidsCgroup(folder, folder.resolve("in"));
        if (Files.exists(folder.resolve("cgroup.subtree_control"))) {
            Files.writeString(folder.resolve("cgroup.subtree_control"), "+pids");
        }
        Files.createDirectory(cgroup.inner);
        assumeTrue(Files.exists(folder.resolve("pids.max")), "the controller pids is off in " + mount);
        Files.writeString(folder.resolve("pids.max"), Integer.toString(max));
        return cgroup;
    }

    private static Path mount() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            String[] words = line.split(" ");
            boolean pids = line.matches(".* - cgroup \\S+ \\S*\\bpids\\b.*");
            Path controllers = Path.of(words[4], "cgroup.controllers");
            if (pids
                    || line.contains(" - cgroup2 ")
                            && Files.exists(controllers)
                            && Files.readString(controllers).matches("(?s).*\\bpids\\b.*")) {
                return Path.of(words[4]);
            }
        }
        return null;
    }

    /** The file that holds the limit. */
    public String limit() {
        return folder.resolve("pids.max").toString();
    }

    /** Runs a command in it. */
    public List<String> wrapper() {
        return List.of("sh", "-c", "echo $$ > " + inner.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
    }

    /** The kernel keeps it until its last process is gone. */
    @Override
    public void close() throws IOException {
        for (int i = 0; !Files.readString(inner.resolve("cgroup.procs")).isEmpty() && i < CHECKS; i++) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
        Files.delete(inner);
        Files.delete(folder);
    }
}
