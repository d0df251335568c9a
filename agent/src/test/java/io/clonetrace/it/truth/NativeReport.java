package io.clonetrace.it.truth;

import java.util.HashMap;
import java.util.Map;

/** The line in which a C program of src/main/c reports what it did: {@code clonetrace program=NAME key=value...}. */
public record NativeReport(Map<String, String> values) {
    public static NativeReport of(String stdout) {
        String line = stdout.lines()
                .filter(candidate -> candidate.startsWith("clonetrace program="))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no report in " + stdout));
        Map<String, String> values = new HashMap<>();
        for (String pair : line.split(" ")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return new NativeReport(values);
    }

    public String text(String key) {
        return values.get(key);
    }

    public long number(String key) {
        return Long.decode(values.get(key));
    }
}
