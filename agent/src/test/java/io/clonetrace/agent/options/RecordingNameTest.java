package io.clonetrace.agent.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingNameTest {
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

    /** What a JVM of Java 25 made of filename=x-%p-%t-%%t-%q.jfr: x-11433-2026_11_28_20_15_29-%t-%q.jfr. */
    @ParameterizedTest
    @CsvSource({
        "x-%p-%t-%%t-%q.jfr, x-7-2026_01_02_03_04_05-%t-%q.jfr",
        "app.jfr, app.jfr",
        "%, %",
        "%%%p%, %7%",
        "/tmp/%p/%p.jfr, /tmp/7/7.jfr",
        "%h-%p%%h.jfr, web-1-7%h.jfr"
    })
    void namesExpandAsThoseOfJfr(String name, String expanded) {
        assertEquals(expanded, RecordingName.expand(name, "7", NOW, () -> "web-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.jfr", "%p", "%%p", "100%", "%t%", "%h"})
    void literalNameExpandsToItself(String name) {
        assertEquals(name, RecordingName.expand(RecordingName.literal(name)));
    }

    @Test
    void hostIsTheOneThatUnameReports() throws Exception {
        Process uname = new ProcessBuilder("uname", "-n").start();
        String host = new String(uname.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals("app-" + host + ".jfr", RecordingName.expand("app-%h.jfr"));
    }

    @Test
    void optionRecordExpands() {
        String pid = Long.toString(ProcessHandle.current().pid());
        assertEquals(
                "app-" + pid + "-%t.jfr",
                AgentOptions.parse("record=app-%p-%%t.jfr")
                        .record()
                        .orElseThrow()
                        .toString());
    }
}
