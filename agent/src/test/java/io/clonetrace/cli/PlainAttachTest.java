package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.agent.options.AgentOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which command lines of attach are read without picocli, and what becomes of them. */
class PlainAttachTest extends CapturedCommandLine {
    @Test
    void optionsOfTheAgentAreRead() {
        AttachOptions options = PlainAttach.options("attach", "4711", "source=ebpf", "stacks=end,record=a.jfr")
                .orElseThrow();

        assertEquals("ebpf", options.parsed().source().name());
        assertEquals(
                Path.of("").toAbsolutePath().resolve("a.jfr").toString(),
                Map.copyOf(options.given()).get(AgentOption.RECORD));
        assertTrue(options.recordsRelative());
    }

    @Test
    void jvmAloneIsEnough() {
        assertTrue(PlainAttach.options("attach", "App").isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attach",
                "attach --help",
                "attach 4711 --duration 1s",
                "attach 4711 --source ebpf",
                "attach 4711 --source=ebpf",
                "attach -h 4711",
                "attach 4711 help",
                "attach 4711 source=nonsense",
                "attach 4711 sauce=ebpf",
                "attach 4711 ebpf",
                "detach 4711",
                "report a=b.jfr"
            })
    void anythingElseIsLeftToPicocli(String line) {
        assertFalse(PlainAttach.options(line.split(" ")).isPresent());
    }

    @Test
    void emptyNameIsLeftToPicocli() {
        assertFalse(PlainAttach.options("attach", "").isPresent());
    }

    @Test
    void failureIsTheSameLineAsPicoclis() {
        String[] words = {"attach", "no such program", "source=none"};

        OptionalInt status = PlainAttach.run(words);
        String plain = err();
        err.reset();

        assertEquals(OptionalInt.of(run(words)), status);
        assertEquals(err(), plain);
        assertTrue(plain.startsWith("clonetrace: \"no such program\" is not a pid, and no JVM "), plain);
    }
}
