package io.clonetrace.correlate;

import io.clonetrace.event.CloneEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A correlator of a process that is told to it, and the events that it commits into a recording of this JVM. */
final class Observed implements AutoCloseable {
    static final int PID = 100;

    /** A thread of the process that lived before. */
    static final int MAIN = 101;

    /** What the process's threads are; MAIN lives. */
    final Set<Integer> alive = new HashSet<>(Set.of(PID, MAIN));

    /** The tids that are inside Thread.start. */
    final Set<Integer> starting = new HashSet<>();

    /** What happens when it is asked who is inside Thread.start. */
    Runnable asked = () -> {};

    /** Of the tasks whose start routine can be read: whether it is HotSpot's. */
    final Map<Integer, Boolean> hotSpots = new HashMap<>();

    /** What /proc says of tasks. */
    final Map<Integer, String> names = new HashMap<>();

    final ProcessTasks tasks = new ProcessTasks(PID, alive::contains);

    final CloneLog log = new CloneLog();

    final Correlator correlator = new Correlator(
            tasks,
            (tid, moment) -> isStarting(tid),
            call -> Optional.ofNullable(hotSpots.get(call.childTid())),
            names::get,
            log);

    private final Recording recording = new Recording();

    Observed() {
        FlightRecorder.register(CloneEvent.class);
        recording.enable(CloneEvent.class);
        recording.start();
        log.source("strace");
    }

    /** All events until now, in the order of their commits. */
    List<RecordedEvent> events() throws IOException {
        Path file = Files.createTempFile("correlator", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals("clonetrace.Clone"))
                    .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    /** The only event. */
    RecordedEvent event() throws IOException {
        List<RecordedEvent> events = events();
        if (events.size() != 1) {
            throw new AssertionError("not one event but " + events);
        }
        return events.get(0);
    }

    private boolean isStarting(int tid) {
        asked.run();
        return starting.contains(tid);
    }

    @Override
    public void close() {
        recording.close();
    }
}
