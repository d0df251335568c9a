package io.clonetrace.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.recording.StatusLog;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.event.SourceState;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which sources start where they would take the application's threads. */
class ObservationTest {
    private static final String FULL = "no room";

    private final StatusLog statuses = new StatusLog();
    private final CloneLog clones = new CloneLog();
    private final Observation observation = new Observation(
            new Correlator(
                    new ProcessTasks(7, tid -> true),
                    (tid, moment) -> false,
                    call -> Optional.empty(),
                    tid -> null,
                    clones),
            clones,
            statuses,
            source -> FULL,
            new SeccompPreflight(Path.of("none.jar"), source -> FULL));
    private final Source source = new Source();

    private static final class Source implements CloneSource {
        private boolean on;

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
            return false;
        }

        @Override
        public long lostRecords() {
            return 0;
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
        observation.start(List.of(source), false);
        assertFalse(source.on);
        assertFalse(observation.isOn());
        assertEquals(List.of(new StatusLog.Status("strace", SourceState.REFUSED, FULL, 0, -1)), statuses.all());
    }

    @Test
    void traceFromAnotherProcessNeedsNoRoom() {
        observation.start(List.of(source), true);
        assertTrue(source.on);
        assertTrue(observation.isOn());
        assertEquals(SourceState.ACTIVE, statuses.all().get(0).state());
    }
}
