package io.clonetrace.fleet.extract;

import static io.clonetrace.fleet.extract.Values.known;
import static io.clonetrace.fleet.extract.Values.text;
import static io.clonetrace.fleet.extract.Values.time;

import io.clonetrace.clone.CloneFlags;
import io.clonetrace.fleet.extract.Spool.Reference;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.StackTrace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a row of each event that is one, without its keys. */
final class EventRows {
    /** Failed starts have few traces; of a hostile recording, further ones are left out. */
    private static final int MOST_TRACES = 10_000;

    private final Spool spool;
    private final Map<StackTrace, Integer> numbers = new HashMap<>();
    private final List<StackTrace> traces = new ArrayList<>();

    EventRows(Spool spool) {
        this.spool = spool;
    }

    /** The stack traces to which references refer. */
    List<StackTrace> traces() {
        return traces;
    }

    /** Takes in an event of a chunk; of most types, nothing is kept. */
    void add(int chunk, Event event) throws IOException {
        switch (event.type()) {
            case "clonetrace.Clone" -> clone(chunk, event);
            case "clonetrace.ThreadStack" -> stack(chunk, event);
            case "clonetrace.ThreadLimit" -> limit(chunk, event);
            case "clonetrace.ThreadStartFailed" -> failed(chunk, event);
            default -> {}
        }
    }

    private void clone(int chunk, Event event) throws IOException {
        long observed = event.time("observedAt");
        long flags = event.number("flags");
        spool.add(
                Table.CLONE,
                new Reference(
                        chunk,
                        event.number("childId"),
                        (int) event.number("childTid"),
                        observed > 0 ? observed : event.start(),
                        -1),
                null,
                null,
                null,
                null,
                time(observed),
                known(event.number("kernelTime")),
                text(event.text("kind")),
                known(event.number("childTid")),
                known(event.number("parentTid")),
                text(event.text("parentName")),
                text(event.text("syscall")),
                known(flags),
                flags < 0 ? null : new CloneFlags(flags).names(),
                known(event.number("stackSize")),
                known(event.number("exitSignal")),
                text(event.text("source")),
                text(event.text("error")),
                Math.max(1, event.number("attempts")),
                text(event.text("limit")));
    }

    private void stack(int chunk, Event event) throws IOException {
        spool.add(
                Table.STACK_SAMPLE,
                new Reference(chunk, event.number("threadId"), (int) event.number("tid"), event.start(), -1),
                null,
                null,
                null,
                null,
                time(event.start()),
                text(event.text("moment")),
                time(event.number("snapshot")),
                known(event.number("reserved")),
                known(event.number("guard")),
                known(event.number("touched")),
                known(event.number("depth")),
                known(event.number("huge")));
    }

    private void limit(int chunk, Event event) throws IOException {
        spool.add(
                Table.LIMIT_SAMPLE,
                new Reference(chunk, Event.ABSENT, (int) Event.ABSENT, event.start(), -1),
                null,
                null,
                null,
                time(event.start()),
                null,
                text(event.text("limit")),
                text(event.text("location")),
                known(event.number("used")),
                known(event.number("max")));
    }

    private void failed(int chunk, Event event) throws IOException {
        spool.add(
                Table.FAILED_START,
                new Reference(chunk, Event.ABSENT, (int) Event.ABSENT, event.start(), number(event.stackTrace())),
                null,
                null,
                null,
                time(event.start()),
                text(event.text("childName")),
                text(event.text("error")),
                text(event.text("limit")),
                text(event.text("location")),
                known(event.number("used")),
                known(event.number("max")),
                null,
                null);
    }

    private int number(StackTrace trace) {
        if (trace == null || traces.size() >= MOST_TRACES && !numbers.containsKey(trace)) {
            return -1;
        }
        return numbers.computeIfAbsent(trace, one -> {
            traces.add(one);
            return traces.size() - 1;
        });
    }
}
