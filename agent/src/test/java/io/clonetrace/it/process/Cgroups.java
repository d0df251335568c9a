package io.clonetrace.it.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A cgroup that limits tasks and memory, as a container engine makes one: of version 2, or one a controller of version
 * 1.
 *
 * @param ofTasks the folder of the controller pids
 * @param ofMemory the folder of the controller memory; in version 2 the same
 * @param names its files' names in this version
 */
public record Cgroups(Path ofTasks, Path ofMemory, Map<String, String> names) implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Map<String, String> VERSION_1 =
            Map.of("limit", "memory.limit_in_bytes", "used", "memory.usage_in_bytes", "events", "memory.oom_control");
    private static final Map<String, String> VERSION_2 =
            Map.of("limit", "memory.max", "used", "memory.current", "events", "memory.events");
    private static final long CHECK_NANOS = 10_000_000;

    /** Makes one; skips the test where that is impossible. */
    public static Cgroups make(String name, long tasks, long memory) throws IOException {
        boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        Path ofTasks = ROOT.resolve(unified ? "" : "pids").resolve(name);
        Path ofMemory = ROOT.resolve(unified ? "" : "memory").resolve(name);
        Cgroups cgroups = new Cgroups(ofTasks, ofMemory, unified ? VERSION_2 : VERSION_1);
        try {
            for (Path folder : cgroups.folders()) {
                Files.createDirectory(folder);
            }
            Files.writeString(ofTasks.resolve("pids.max"), Long.toString(tasks));
            Files.writeString(ofMemory.resolve(cgroups.names.get("limit")), Long.toString(memory));
        } catch (IOException refused) {
            cgroups.close();
            assumeTrue(false, "no cgroup can be made here: " + refused);
        }
        return cgroups;
    }

    List<Path> folders() {
        return Stream.of(ofTasks, ofMemory).distinct().toList();
    }

    /** Memory of all its processes, in bytes. */
    public long memory() throws IOException {
        return Long.parseLong(
                Files.readString(ofMemory.resolve(names.get("used"))).strip());
    }

    /** How often the kernel killed one of its processes because the limit was reached. */
    public long killed() throws IOException {
        try (Stream<String> lines = Files.lines(ofMemory.resolve(names.get("events")))) {
            return lines.filter(line -> line.startsWith("oom_kill "))
                    .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** The host's pids of its processes. */
    public List<Long> processes() throws IOException {
        return Files.readAllLines(ofMemory.resolve("cgroup.procs")).stream()
                .map(Long::valueOf)
                .toList();
    }

    /** Shell commands by which a shell enters it. */
    public String enter() {
        return String.join(
                "\n",
                folders().stream()
                        .map(folder -> "echo $$ >" + folder + "/cgroup.procs")
                        .toList());
    }

    /**
     * Shell commands that show the processes inside this cgroup as if it were the root, as engines do: version 2 by a
     * cgroup namespace, version 1 by a bind mount.
     */
    public String mount() {
        return names.equals(VERSION_2)
                ? "mount -t cgroup2 cgroup2 " + ROOT
                : "mount --bind " + ofTasks + " " + ROOT + "/pids\nmount --bind " + ofMemory + " " + ROOT + "/memory";
    }

    /** The option of unshare(1) that goes with it. */
    public String namespace() {
        return names.equals(VERSION_2) ? "-C" : "";
    }

    /** A cgroup can be removed when its last process is gone. */
    @Override
    public void close() throws IOException {
        for (Path folder : folders()) {
            for (int tries = 0; Files.exists(folder); tries++) {
                try {
                    Files.delete(folder);
                } catch (IOException busy) {
                    if (tries == 500) {
                        throw busy;
                    }
                    LockSupport.parkNanos(CHECK_NANOS);
                }
            }
        }
    }
}
