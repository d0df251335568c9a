package io.clonetrace.linux.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MountInfoTest {
    private static final String PROC = "22 27 0:20 / /proc rw,nosuid shared:5 - proc proc rw";
    private static final String TRACING = "37 24 0:12 / /sys/kernel/tracing rw,nosuid shared:12 - tracefs tracefs rw";

    @Test
    void theMountPoint() {
        assertEquals(Optional.of(Path.of("/sys/kernel/tracing")), MountInfo.firstOf("tracefs", List.of(PROC, TRACING)));
        assertEquals(Optional.empty(), MountInfo.firstOf("tracefs", List.of(PROC)));
    }

    /** A folder of it that is bound elsewhere is not the whole; the kernel escapes spaces. */
    @Test
    void whatIsPassedOver() {
        String bound = "40 24 0:12 /events /mnt/events rw - tracefs tracefs rw";
        String space = "41 24 0:12 / /mnt/a\\040b rw - tracefs tracefs rw";
        assertEquals(Optional.empty(), MountInfo.firstOf("tracefs", List.of(bound, space, "", "- tracefs")));
        String short4 = "1 2 - tracefs / x";
        String nul = "42 24 0:12 / /mnt/\0 rw - tracefs tracefs rw";
        assertEquals(Optional.empty(), MountInfo.firstOf("tracefs", List.of("a - tracefs /", short4, nul)));
        assertEquals(
                Optional.of(Path.of("/sys/kernel/tracing")), MountInfo.firstOf("tracefs", List.of(bound, TRACING)));
    }
}
