package io.clonetrace.agent.source;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeccompPreflightTest {
    /** There is no such jar: a child that was started would fail with another message. */
    private final SeccompPreflight preflight =
            new SeccompPreflight(Path.of("none.jar"), kind -> kind.label() + ": no room");

    @Test
    void sourceIsRefusedWithoutRoomForTheChild() {
        SourceRefusedException refused =
                assertThrows(SourceRefusedException.class, () -> preflight.rehearse(SourceKind.EBPF));
        assertEquals("ebpf: no room", refused.getMessage());
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"EBPF", "TRACEFS"})
    void sourceThatDoesNotTraceInTheKernelMayStart(SourceKind kind) {
        assertDoesNotThrow(() -> preflight.check(kind));
    }
}
