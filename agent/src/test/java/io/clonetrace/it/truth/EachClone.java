package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.clonetrace.it.recording.Recorded;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;

/** Each clone that strace shows of the JVM's own threads is one event with the same values, and there are no others. */
public final class EachClone {
    private EachClone() {}

    public static void compare(StraceTruth truth, Recorded recorded) {
        List<String> expected =
                truth.ofTheFirstProcess().stream().map(EachClone::text).toList();
        List<String> more = new ArrayList<>();
        recorded.named("clonetrace.Clone").forEach(event -> more.add(text(event)));
        List<String> missing = new ArrayList<>();
        expected.stream().filter(line -> !more.remove(line)).forEach(missing::add);
        assertFalse(expected.isEmpty());
        assertEquals(
                List.of(), missing, () -> "strace shows clones that are not in the recording, which has more " + more);
        assertEquals(List.of(), more, "the recording has clones that strace does not show");
    }

    public static String text(StraceTruth.Call call) {
        return call.parent() + " " + call.child() + " " + call.syscall() + " " + bare(call.flags()) + " "
                + number(call.stack()) + " " + number(call.stackSize()) + " " + number(call.tls());
    }

    public static String text(RecordedEvent event) {
        return event.getInt("parentTid") + " " + event.getInt("childTid") + " " + event.getString("syscall") + " "
                + event.getString("flagNames") + " " + event.getLong("stack") + " " + event.getLong("stackSize") + " "
                + event.getLong("tls");
    }

    /** Without the exit signal that strace appends to the flags of clone. */
    private static String bare(String flags) {
        return flags == null ? null : flags.replaceFirst("(^|\\|)SIG[A-Z]+$", "");
    }

    private static long number(String text) {
        if (text == null) {
            return -1;
        }
        return text.equals("NULL") ? 0 : Long.decode(text);
    }
}
