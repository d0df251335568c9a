package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.NativeStackEvent;
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

/** A correlator of an imitated process, and the events that it commits into a recording of this JVM. */
final class Observed implements AutoCloseable {
    static final int PID = 100;

    /** Where HotSpot starts its threads. */
    static final long HOTSPOT = 0x7f00_1111_0000L;

    /** Where Java code makes native calls. */
    private static final long PC = 0x7f00_2222_0000L;

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

    /** The native calls that threads are in, by tid. */
    final Map<Integer, JavaCallers.NativeCall> callers = new HashMap<>();

    /** How often a thread was looked at, and how often its frames were read. */
    int looks;

    int reads;

    /** System.nanoTime of the moments at which JFR began and ended a chunk. */
    long chunkBegan;

    long chunkEnded;

    final CloneLog log = new CloneLog(new NativeStackLog(this::callOf, () -> chunkBegan, () -> chunkEnded));

    final Correlator correlator = new Correlator(
            tasks,
            (tid, moment) -> isStarting(tid),
            new ThreadOrigin() {
                @Override
                public Optional<Boolean> madeByHotSpot(CloneCall call) {
                    return Optional.ofNullable(hotSpots.get(call.childTid()));
                }

                @Override
                public Optional<Boolean> isHotSpots(long startRoutine) {
                    return Optional.of(startRoutine == HOTSPOT);
                }
            },
            names::get,
            log);

    private final Recording recording = new Recording();

    Observed() {
        FlightRecorder.register(CloneEvent.class);
        FlightRecorder.register(NativeStackEvent.class);
        recording.enable(CloneEvent.class);
        recording.enable(NativeStackEvent.class);
        recording.start();
        log.source("strace");
    }

    private Optional<JavaCallers.NativeCall> callOf(int tid, JavaCallers.Wanted wanted) {
        looks++;
        JavaCallers.NativeCall call = callers.get(tid);
        if (call == null || !wanted.test(call.stackPointer(), PC)) {
            return Optional.empty();
        }
        reads++;
        return Optional.of(call);
    }

    /** A thread is in a native call. */
    void inNativeCall(int tid, String method, long stackPointer, List<String> frames) {
        callers.put(tid, new JavaCallers.NativeCall(method, stackPointer, frames));
    }

    /** All Clone events until now, in the order of their commits. */
    List<RecordedEvent> events() throws IOException {
        return events("clonetrace.Clone");
    }

    /** All NativeStack events until now. */
    List<RecordedEvent> stacks() throws IOException {
        return events("clonetrace.NativeStack");
    }

    /** As at the end of a chunk. */
    void nextChunk() throws IOException {
        chunkEnded = System.nanoTime();
        log.commitAll();
        // Ends the chunk.
        events();
        chunkBegan = System.nanoTime();
    }

    private List<RecordedEvent> events(String name) throws IOException {
        Path file = Files.createTempFile("correlator", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(name))
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
