package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SourcePumpTest {
    private final List<String> steps = new ArrayList<>();

    private final class Source implements CloneSource {
        @Override
        public SourceKind kind() {
            return SourceKind.NONE;
        }

        @Override
        public void start() {}

        @Override
        public boolean poll(CloneSink sink) {
            steps.add("poll");
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
        public void stop() {}
    }

    private class Pass implements SourcePump.Pass<IOException> {
        private final Iterator<Boolean> over;

        Pass(Boolean... over) {
            this.over = List.of(over).iterator();
        }

        @Override
        public boolean isOver() {
            return over.next();
        }

        @Override
        public void beforePoll() {
            steps.add("before");
        }

        @Override
        public void afterPoll(boolean last) throws IOException {
            steps.add(last ? "last" : "after");
        }
    }

    private void pump(Boolean... over) throws IOException {
        SourcePump.run(new Source(), new NoSink(), new Pass(over));
    }

    private static final class NoSink implements CloneSink {
        @Override
        public void cloned(CloneCall call) {}

        @Override
        public void exited(int tid) {}
    }

    @Test
    void sourceIsPolledOnceMoreAfterTheEnd() throws IOException {
        pump(false, true, true);
        assertEquals(List.of("before", "poll", "after", "before", "poll", "last"), steps);
    }

    /** The poll showed a process that lives on. */
    @Test
    void pumpContinuesWhenTheLastPollRevokesTheEnd() throws IOException {
        pump(true, false, true, true);
        assertEquals(List.of("before", "poll", "after", "before", "poll", "last"), steps);
    }

    @Test
    void failureToPassRecordsOnEndsThePump() {
        IOException full = new IOException("full");
        IOException failed = assertThrows(
                IOException.class,
                () -> SourcePump.run(new Source(), new NoSink(), new Pass(false) {
                    @Override
                    public void afterPoll(boolean last) throws IOException {
                        throw full;
                    }
                }));
        assertEquals(full, failed);
        assertEquals(List.of("before", "poll"), steps);
    }
}
