package io.clonetrace.clone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelVersionTest {

    @ParameterizedTest
    @CsvSource({
        "6.18.44-generic, 6.18.44",
        "7.1.0-rc3+, 7.1",
        "5.10.0-28-cloud-amd64, 5.10",
        "6.6.87.2-microsoft-standard-WSL2, 6.6.87",
        "2.5.49, 2.5.49",
        "7.1-rc1, 7.1"
    })
    void releaseIsReadAsVersion(String release, String version) {
        assertEquals(version, KernelVersion.parse(release).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "linux", "6.", ".18", "999999.1"})
    void textWithoutTwoNumbersIsRefused(String release) {
        assertThrows(IllegalArgumentException.class, () -> KernelVersion.parse(release));
    }

    @Test
    void versionsAreComparedAsNumbers() {
        assertTrue(KernelVersion.parse("6.9").isBefore(KernelVersion.parse("6.18")));
        assertTrue(KernelVersion.parse("6.18.9").isBefore(KernelVersion.parse("6.18.44")));
        assertFalse(KernelVersion.parse("7.1").isBefore(KernelVersion.parse("7.1.0")));
    }

    @Test
    void runningVersionIsTheOneInProc() throws IOException {
        Path release = Path.of("/proc/sys/kernel/osrelease");
        assumeTrue(Files.exists(release), "no /proc");
        assertEquals(KernelVersion.parse(Files.readString(release).strip()), KernelVersion.running());
    }

    @Test
    void newerKernelIsNotSuggestedForAFeatureThisOneHas() {
        KernelVersion running = KernelVersion.running();
        String had = KernelVersion.whyRefused(running);
        assertTrue(had.contains("this is " + running) && had.contains("seccomp"), had);
        assertEquals("Linux 999.1 has it", KernelVersion.whyRefused(new KernelVersion(999, 1, 0)));
    }
}
