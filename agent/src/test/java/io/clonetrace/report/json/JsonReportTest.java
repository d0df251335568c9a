package io.clonetrace.report.json;

import static io.clonetrace.report.Recordings.cloned;
import static io.clonetrace.report.Recordings.fleet;
import static io.clonetrace.report.Recordings.stack;
import static io.clonetrace.report.Recordings.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
}
