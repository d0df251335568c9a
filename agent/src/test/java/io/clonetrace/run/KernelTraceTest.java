package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.wire.ChainWriter;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KernelTraceTest {
    /** Whose ring can't be read any more. */
    private static final class Blind implements CloneSource {
        private String why;

        @Override
        public SourceKind kind() {
            return SourceKind.EBPF;
        }

        @Override
        public void start() {}

        @Override
        public boolean poll(CloneSink sink) {
            why = "the ring is gone";
            return false;
        }

        @Override
        public long lostRecords() {
            return 0;
        }

        @Override
        public String lossReason() {
            return why;
        }

        @Override
        public void stop() {
            why = "it was stopped";
        }
    }

    /** The reason is printed while the command still runs. */
    @Test
    void lostSourceIsReportedAtOnce() {
        List<String> told = new ArrayList<>();
        KernelTrace trace = new KernelTrace(
                new Blind(), false, () -> told.isEmpty() ? OptionalInt.empty() : OptionalInt.of(3), () -> {});
        int status = trace.write(
                new ByteArrayOutputStream(),
                new ChainWriter(StackCapture.OFF, false),
                failed -> {
                    throw new AssertionError(failed);
                },
                told::add);
        assertEquals(3, status);
        assertEquals(List.of("the ring is gone"), told);
    }
}
