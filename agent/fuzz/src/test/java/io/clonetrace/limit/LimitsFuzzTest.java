package io.clonetrace.limit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.linux.proc.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The files of /proc and of cgroups that limits are read from, {@value #SEPARATOR} between two of them. */
class LimitsFuzzTest {
    private static final String SEPARATOR = "==\n";
    private static final ThreadNeeds NEEDS = ThreadNeeds.ofStack(1 << 20);

    /** In the order of a seed's parts. */
    private static final List<String> FILES = List.of(
            "proc/self/mountinfo",
            "proc/7/cgroup",
            "proc/7/limits",
            "proc/7/status",
            "proc/7/maps",
            "proc/7/uid_map",
            "proc/loadavg",
            "proc/sys/kernel/osrelease",
            "proc/sys/kernel/pid_max",
            "cgroup/pids.max",
            "cgroup/pids.current",
            "cgroup/memory.max",
            "cgroup/memory.current",
            "cgroup/memory.stat");

    @TempDir
    private static Path root;

    @BeforeAll
    static void folders() throws IOException {
        for (String file : FILES) {
            Files.createDirectories(root.resolve(file).getParent());
        }
        Path namespaces = Files.createDirectories(root.resolve("proc/7/ns"));
        Files.createSymbolicLink(namespaces.resolve("user"), Path.of("user:[4026532000]"));
        Files.createDirectories(root.resolve("proc/sys/vm"));
        Files.writeString(root.resolve("proc/sys/vm/max_map_count"), "65530\n");
    }

    @FuzzTest
    void limits(byte[] bytes) throws IOException {
        // The seeds' cgroups are mounted here.
        String text = new String(bytes, ISO_8859_1).replace("/sys/fs/cgroup", root + "/cgroup");
        String[] parts = text.split(SEPARATOR, FILES.size());
        for (int i = 0; i < FILES.size(); i++) {
            Files.write(root.resolve(FILES.get(i)), (i < parts.length ? parts[i] : "").getBytes(ISO_8859_1));
        }
        for (ThreadLimit limit : ThreadLimits.of(root.resolve("proc/7")).read(NEEDS)) {
            assertTrue(limit.used() >= ThreadLimit.UNKNOWN && limit.max() >= ThreadLimit.UNKNOWN, limit::toString);
            assertTrue(limit.room(NEEDS) >= ThreadLimit.UNKNOWN, limit::toString);
        }
        MountInfo.firstOf("tracefs", text.lines().toList());
    }
}
