package io.clonetrace.report.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.JvmName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** A JVM's name and times for people. */
final class JvmLabel {
    private static final long NANOS = 1_000_000_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private JvmLabel() {}

    /** {@code app.jar, pid 7, host web-1}: the parts that were recorded. */
    static String of(JvmName name) {
        List<String> parts = new ArrayList<>();
        name.mainClass().ifPresent(parts::add);
        if (name.pid() >= 0) {
            parts.add("pid " + name.pid());
        }
        name.host().ifPresent(host -> parts.add("host " + host));
        return parts.isEmpty() ? "JVM not recorded" : PlainText.clean(String.join(", ", parts));
    }

    /** {@code 2026-01-31 13:37:00}, in UTC. */
    static String time(long nanos) {
        return nanos < 0 ? "-" : TIME.format(Instant.ofEpochSecond(nanos / NANOS));
    }

    static String duration(long from, long to) {
        return Amounts.seconds((to - from) / (double) NANOS);
    }
}
