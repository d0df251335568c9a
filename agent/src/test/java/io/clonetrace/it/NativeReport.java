package io.clonetrace.it;

import java.util.HashMap;
import java.util.Map;

/** The line by which a C program of src/main/c says what it did: {@code clonetrace program=NAME key=value...}. */
record NativeReport(Map<String, String> values) {
    static NativeReport of(String stdout) {
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

    String text(String key) {
        return values.get(key);
    }

    long number(String key) {
        return Long.decode(values.get(key));
    }
}
