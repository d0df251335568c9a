package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A command's output is written, or the command says that it isn't. */
class CommandOutputIT {
    private static final Jdk JDK = Jdk.current();

    @ParameterizedTest
    @CsvSource({
        "full-disk, >/dev/full, clonetrace: the output can't be written: No space left on device, 1",
        // The shell's status is that of the pipe's last command, which has ended when the first begins to write.
        "closed-pipe, '|:', '', 0"
    })
    void outputIsWrittenOrItsFailureReported(String name, String destination, String said, int status)
            throws Exception {
        Path folder = Artifacts.folder("output-" + name);
        String command = JDK.tool("java") + " -jar " + Artifacts.JAR + " flags 0x3d0f00 " + destination;
        Run run = Run.toEnd(folder, "flags", List.of("env", "LC_ALL=C", "sh", "-c", command));
        assertEquals(said, run.stderr().strip());
        assertEquals(status, run.exitStatus());
    }
}
