package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A cgroup whose processes get a part of one processor, as a container with a CPU limit does. */
public record CpuQuota(Path folder) implements AutoCloseable {
    private static final long PERIOD_MICROS = 100_000;
    private static final long CHECK_NANOS = 5_000_000;
    private static final int CHECKS = 2_000;

    /**
     * Makes one; skips the test where that is impossible.
     *
     * @param percent of one processor
     */
    public static CpuQuota make(String name, int percent) throws IOException {
        assumeTrue(OrdinaryUser.isRoot(), "only root can make a cgroup");
        Path mount = mount();
        assumeTrue(mount != null, "no cgroup file system with the controller cpu is mounted");
        CpuQuota quota = new CpuQuota(Files.createDirectory(mount.resolve(name)));
        long micros = percent * PERIOD_MICROS / 100;
        try {
            if (Files.exists(quota.folder.resolve("cpu.cfs_quota_us"))) {
                Files.writeString(quota.folder.resolve("cpu.cfs_quota_us"), Long.toString(micros));
            } else {
                Files.writeString(quota.folder.resolve("cpu.max"), micros + " " + PERIOD_MICROS);
            }
        } catch (IOException refused) {
            quota.close();
            assumeTrue(false, "no quota can be set here: " + refused);
        }
        return quota;
    }

    private static Path mount() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            Path folder = Path.of(line.split(" ")[4]);
            Path subtree = folder.resolve("cgroup.subtree_control");
            if (line.matches(".* - cgroup \\S+ \\S*\\bcpu\\b.*")
                    || line.contains(" - cgroup2 ")
                            && Files.exists(subtree)
                            && Files.readString(subtree).matches("(?s).*\\bcpu\\b.*")) {
                return folder;
            }
        }
        return null;
    }

    /** Moves a process in; what it starts from then on is in, too. */
    public void limit(ProcessHandle process) throws IOException {
        Files.writeString(folder.resolve("cgroup.procs"), Long.toString(process.pid()));
    }

    @Override
    public void close() throws IOException {
        lift();
    }

    /** Moves the processes out, and removes it. */
    public void lift() throws IOException {
        for (int i = 0; Files.exists(folder) && i < CHECKS; i++) {
            for (String pid : Files.readAllLines(folder.resolve("cgroup.procs"))) {
                release(pid);
            }
            try {
                Files.delete(folder);
            } catch (IOException busy) {
                LockSupport.parkNanos(CHECK_NANOS);
            }
        }
    }

    private void release(String pid) {
        try {
            Files.writeString(folder.resolveSibling("cgroup.procs"), pid);
        } catch (IOException ended) {
            // Then it is in no cgroup.
        }
    }
}
