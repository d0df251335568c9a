package io.clonetrace.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.host.SuppressedFailures;
import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.correlate.NativeStackLog;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.SourceState;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.StackCapture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;

/** Which sources start where they would take the application's threads. */
class ObservationTest {
    private static final String FULL = "no room";

    private final StatusLog statuses = new StatusLog();
    private final CloneLog clones = new CloneLog(new NativeStackLog());
    private final StackUnwinding unwinding = new StackUnwinding(
            StackCapture.Mode.NATIVE,
            () -> true,
            address -> false,
            () -> null,
            threads -> (pid, startRoutine, copy) -> new NativeOrigin(startRoutine),
            () -> {},
            new SuppressedFailures());
    private final Observation observation = new Observation(
            new Correlator(
                    new ProcessTasks(7, tid -> true),
                    (tid, moment) -> false,
                    call -> Optional.empty(),
                    tid -> null,
                    clones),
            clones,
            unwinding,
            statuses,
            source -> FULL,
            new SeccompPreflight(Path.of("none.jar"), source -> FULL));
    private final Source source = new Source();

    private static final class Source implements CloneSource {
        private boolean on;
        private String refusal;
        private int withoutStack;

        @Override
        public SourceKind kind() {
            return SourceKind.STRACE;
        }

        @Override
        public void start() {
            on = true;
        }

        @Override
        public boolean poll(CloneSink sink) {
            for (; withoutStack > 0; withoutStack--) {
                NativeOrigin origin = new NativeOrigin().withoutStack("the ring of stacks was full");
                origin.complete("libfoo.so!work+0x0", null, CloneCall.UNKNOWN);
                sink.cloned(CloneCall.builder(CloneSyscall.CLONE3, 7)
                        .made(100 + withoutStack)
                        .flags(CloneFlag.CLONE_THREAD.bit())
                        .exitSignal(0)
                        .build()
                        .from(origin));
            }
            return false;
        }

        @Override
        public long lostRecords() {
            return 0;
        }

        @Override
        public String captureRefusal() {
            return refusal;
        }

        @Override
        public String lossReason() {
            return null;
        }

        @Override
        public void stop() {
            on = false;
        }
    }

    @Test
    void sourceWithoutRoomIsRefused() {
        observation.start(List.of(source), false, () -> {});
        assertFalse(source.on);
        assertFalse(observation.isOn());
        assertEquals(List.of(new StatusLog.Status("strace", SourceState.REFUSED, FULL, 0, -1)), statuses.all());
    }

    private String reason() {
        return statuses.all().get(0).reason();
    }

    @Test
    void sourceWithoutLossesHasNoReason() {
        observation.start(List.of(source), true, () -> {});
        assertNull(reason());
        observation.report();
        assertNull(reason());
    }

    @Test
    void sourceThatCannotCaptureStacksSaysSoAndIsActive() {
        source.refusal = "the kernel refused the program";
        observation.start(List.of(source), true, () -> {});
        assertEquals("no native stacks: the kernel refused the program", reason());
        assertEquals(SourceState.ACTIVE, statuses.all().get(0).state());
        assertTrue(observation.isOn());
    }

    @Test
    void traceWrittenByTracefsHasNoStacks() {
        observation.start(List.of(source), true, () -> {});
        clones.source("tracefs");
        observation.report();
        assertEquals(
                "no native stacks: tracefs shows neither registers nor stacks",
                statuses.all().get(1).reason());
    }

    @Test
    void stacksThatDidNotFitAreCountedOnceAndAreNoLostClones() {
        FlightRecorder.register(CloneEvent.class);
        try (Recording recording = new Recording()) {
            recording.enable(CloneEvent.class);
            recording.start();
            observation.start(List.of(source), true, () -> {});
            source.withoutStack = 3;
            observation.chunkEnds();
        }
        assertEquals("3 native stacks are missing: the ring of stacks was full", reason());
        assertEquals(3, statuses.all().get(0).seen());
        assertEquals(0, statuses.all().get(0).lost());
        observation.stop();
        assertFalse(source.on);
    }

    @Test
    void nothingIsReadBeforeItCanBeRecorded() {
        source.withoutStack = 3;
        List<Integer> left = new ArrayList<>();
        observation.start(List.of(source), true, () -> {
            assertTrue(source.on);
            left.add(source.withoutStack);
        });
        assertEquals(List.of(3), left);
        assertEquals(0, source.withoutStack);
    }

    @Test
    void traceFromAnotherProcessNeedsNoRoom() {
        observation.start(List.of(source), true, () -> {});
        assertTrue(source.on);
        assertTrue(observation.isOn());
        assertEquals(SourceState.ACTIVE, statuses.all().get(0).state());
    }
}
