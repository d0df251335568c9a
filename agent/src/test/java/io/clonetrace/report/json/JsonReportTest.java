package io.clonetrace.report.json;

import static io.clonetrace.report.Recordings.cloned;
import static io.clonetrace.report.Recordings.fleet;
import static io.clonetrace.report.Recordings.stack;
import static io.clonetrace.report.Recordings.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.NativeEvents;
import io.clonetrace.report.Recordings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JsonReportTest {
    private static final String EVIL = "\u001b[31m\"\\\n\u202e\u2028\ud800</script>";

    private static String json(Object value) throws IOException {
        StringBuilder text = new StringBuilder();
        Json.write(value, text);
        return text.toString();
    }

    @Test
    void valuesOfEveryKind() throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("list", Arrays.asList(1, null, true, List.of()));
        map.put("map", Map.of());
        map.put("text", EVIL);
        assertEquals("""
                {
                  "list": [
                    1,
                    null,
                    true,
                    []
                  ],
                  "map": {},
                  "text": "\\u001b[31m\\"\\\\\\u000a\\u202e\\u2028\\ud800</script>"
                }
                """, json(map));
    }

    @Test
    void longValueIsWrittenWhole() throws IOException {
        List<String> names = IntStream.range(0, 10_007)
                .mapToObj(number -> "name \"" + number + "\"")
                .toList();
        String expected = names.stream()
                .map(name -> "  \"" + name.replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
        assertEquals(expected, json(names));
        StringBuilder line = new StringBuilder();
        Json.writeLine(names, line);
        assertEquals(expected.replaceAll("\n( *)", "") + "\n", line.toString());
        assertEquals("\"\\u001b[31m\\\"\\\\\\u000a\\u202e\\u2028\\ud800</script>\"", Json.quoted(EVIL));
        assertEquals("null", Json.quoted(null));
    }

    @Test
    void anyNameBecomesAscii() throws IOException {
        StringBuilder text = new StringBuilder();
        JsonReport.write(
                fleet(() -> {
                    cloned(EVIL.repeat(999), "clone3", 0x3d0f00, 1 << 20, EVIL);
                    status(EVIL, EVIL, EVIL.repeat(999), 1, -1);
                    stack(1, EVIL, "periodic", Long.MAX_VALUE, -1);
                }),
                text);
        assertTrue(text.chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7f));
        assertTrue(text.toString().contains("\"source\": \"\\u001b[31m\\\"\\\\\\u000a\\u202e\\u2028"), text::toString);
    }

    @Test
    void nativeCreatorHasItsFramesAndARefusalItsLimit() throws IOException {
        StringBuilder text = new StringBuilder();
        JsonReport.write(
                fleet(() -> {
                    NativeEvents.chain(
                            1,
                            "libengine123456789.so",
                            "libc.so.6!pthread_create+0x56c\nlibengine123456789.so!engine::Pool::grow+0x1d\n"
                                    + "libengine123456789.so!Java_com_acme_Engine_open+0x2f",
                            "",
                            "com.acme.Engine.open(Native Method)\ncom.acme.Store.open(Store.java:17)");
                    for (int tid = 501; tid <= 507; tid++) {
                        NativeEvents.made(tid, 77, "engine-" + tid, 1, "libengine123456789.so!engine::work+0x0");
                        NativeEvents.seen(tid, "engine-" + tid);
                    }
                    NativeEvents.refused("native", -1, 1, "EAGAIN", "pids.max", 512, 512);
                }),
                text);
        String json = text.toString();
        String frames = """
                "libc.so.6!pthread_create+0x56c",
                          "libengine123456789.so!engine::Pool::grow+0x1d",
                          "libengine123456789.so!Java_com_acme_Engine_open+0x2f\
                """;
        assertContains(json, """
                      {
                        "site": "libengine*.so!engine::Pool::grow",
                        "library": "libengine*.so",
                        "caller": "com.acme.Engine.open",
                        "kind": "native",
                        "inherited": false,
                        "created": 7,
                        "before": 0,
                        "alive": 7,
                        "peak": 7,
                        "atLeast": [],
                        "growth": 7,
                        "reserved": 58720256,
                        "touched": 114688,
                        "names": [
                          {
                            "pattern": "engine-*",
                            "count": 7
                          }
                        ],
                        "stackTrace": [
                          %s",
                          "com.acme.Engine.open",
                          "com.acme.Store.open:17"
                        ],
                        "function": "engine::Pool::grow",
                        "startRoutine": "libengine123456789.so!engine::work+0x0",
                        "nativeStack": [
                          %s"
                        ],
                        "javaStack": [
                          "com.acme.Engine.open",
                          "com.acme.Store.open:17"
                        ],
                        "nativeMethod": null,
                        "incomplete": null,
                        "javaDelay": 340000
                      }
                """.formatted(frames, frames));
        assertContains(json.replaceAll("\"at\": \"[^\"]*\"", "\"at\": TIME"), """
                        {
                          "count": 1,
                          "madeFor": "native",
                          "syscall": "clone3",
                          "flags": "0x3d0f00",
                          "errno": "EAGAIN",
                          "attempts": 1,
                          "error": null,
                          "limit": "pids.max",
                          "used": 512,
                          "max": 512,
                          "location": "/sys/fs/cgroup/pids.max",
                          "site": "libengine*.so!engine::Pool::grow",
                          "caller": "com.acme.Engine.open",
                          "library": "libengine*.so",
                          "threadName": "loader-*",
                          "childName": null,
                          "at": TIME,
                          "stackTrace": [
                            %s",
                            "com.acme.Engine.open",
                            "com.acme.Store.open:17"
                          ]
                        }
                """.formatted(frames));
    }

    /** The order of {@code Map.of} is another in each run of a JVM. */
    @Test
    void membersHaveTheSameOrderInEachRun() throws IOException {
        StringBuilder text = new StringBuilder();
        JsonReport.write(fleet(() -> NativeEvents.refused("native", -1, 1, "EAGAIN", "pids.max", 509, 512)), text);
        assertContains(text.toString(), """
                "numbers": {
                  "count": 1,
                  "max": 512,
                  "used": 509
                },
                """);
        text.setLength(0);
        JsonReport.write(Recordings.read(Path.of("missing.jfr")), text);
        assertContains(text.toString(), """
                "problems": [
                  {
                    "file": "missing.jfr",
                    "problem": "\
                """.strip());
    }

    /** Lines of JSON, wherever they are indented to. */
    private static void assertContains(String json, String part) {
        assertTrue(unindented(json).contains(unindented(part)), () -> part + " is not in: " + json);
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
