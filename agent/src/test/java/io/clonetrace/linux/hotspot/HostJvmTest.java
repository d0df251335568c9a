package io.clonetrace.linux.hotspot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.linux.proc.PseudoFile;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostJvmTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Eclipse OpenJ9 VM | this JVM is Eclipse OpenJ9 VM, and clonetrace needs HotSpot",
                "Substrate VM | this is a GraalVM native image, and clonetrace needs a HotSpot JVM",
                "OpenJDK 64-Bit Zero VM | this JVM is OpenJDK 64-Bit Zero VM, which has no Flight Recorder: use a server VM",
                "OpenJDK 64-Bit Server VM |",
                "Java HotSpot(TM) 64-Bit Server VM |"
            })
    void virtualMachines(String name, String sentence) {
        assertEquals(Optional.ofNullable(sentence), HostJvm.virtualMachine(name));
    }

    /** As Alpine, and Debian's musl 1.2.3, show it; and glibc of Debian 12 and 10. */
    @ParameterizedTest
    @CsvSource({
        "/lib/ld-musl-x86_64.so.1, true",
        "/lib/ld-musl-aarch64.so.1, true",
        "/usr/lib/x86_64-linux-musl/libc.so, true",
        "/usr/lib/x86_64-linux-musl/libc.so (deleted), true",
        "/usr/lib/x86_64-linux-gnu/libc.so.6, false",
        "/lib/x86_64-linux-gnu/libc-2.28.so, false",
        "/opt/ld-musl-notes/libjvm.so, false",
        "'[heap]', false"
    })
    void cLibraries(String file, boolean musl) {
        String maps = "5631aa1c5000-5631aa1c6000 r--p 00000000 fd:00 812   /opt/jdk/bin/java\n"
                + "7f7e3c3ea000-7f7e3c432000 r-xp 00015000 fd:00 131   " + file + "\n";
        assertEquals(
                musl ? Optional.of("this JVM uses the C library musl, and clonetrace needs glibc") : Optional.empty(),
                HostJvm.cLibrary(OwnLibraries.of(PseudoFile.lines(maps))));
    }

    @Test
    void aFileThatIsOnlyRead() {
        String maps = "7f7e3c3ea000-7f7e3c3eb000 r--s 00000000 fd:00 131   /usr/lib/x86_64-linux-gnu/libc.so\n";
        assertEquals(Optional.empty(), HostJvm.cLibrary(OwnLibraries.of(PseudoFile.lines(maps))));
    }

    @Test
    void thisOneIsSupported() {
        assertEquals(Optional.empty(), HostJvm.unsupported());
    }
}
