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
        add(
                Table.CLONE,
                new Reference(
                        chunk,
                        event.number("childId"),
                        (int) event.number("childTid"),
                        observed > 0 ? observed : event.start(),
                        -1),
                time(observed),
                known(event, "kernelTime"),
                text(event, "kind"),
                known(event, "childTid"),
                known(event, "parentTid"),
                text(event, "parentName"),
                text(event, "syscall"),
                known(flags),
                flags < 0 ? null : new CloneFlags(flags).names(),
                known(event, "stackSize"),
                known(event, "exitSignal"),
                text(event, "source"),
                text(event, "error"),
                Math.max(1, event.number("attempts")),
                text(event, "limit"));
    }

    private void stack(int chunk, Event event) throws IOException {
        add(
                Table.STACK_SAMPLE,
                new Reference(chunk, event.number("threadId"), (int) event.number("tid"), event.start(), -1),
                time(event.start()),
                text(event, "moment"),
                time(event.number("snapshot")),
                known(event, "reserved"),
                known(event, "guard"),
                known(event, "touched"),
                known(event, "depth"),
                known(event, "huge"));
    }

    private void limit(int chunk, Event event) throws IOException {
        add(
                Table.LIMIT_SAMPLE,
                reference(chunk, event, -1),
                time(event.start()),
                null,
                text(event, "limit"),
                text(event, "location"),
                known(event, "used"),
                known(event, "max"));
    }

    private void failed(int chunk, Event event) throws IOException {
        add(
                Table.FAILED_START,
                reference(chunk, event, number(event.stackTrace())),
                time(event.start()),
                text(event, "childName"),
                text(event, "error"),
                text(event, "limit"),
                text(event, "location"),
                known(event, "used"),
                known(event, "max"),
                null,
                null);
    }

    /** That of an event about no thread. */
    private static Reference reference(int chunk, Event event, int trace) {
        return new Reference(chunk, Event.ABSENT, (int) Event.ABSENT, event.start(), trace);
    }

    /** The row's first columns are its keys, which are known only when all has been read. */
    private void add(Table table, Reference reference, Object... values) throws IOException {
        Object[] row = new Object[table.columns().size()];
        System.arraycopy(values, 0, row, row.length - values.length, values.length);
        spool.add(table, reference, row);
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
