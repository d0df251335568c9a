package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.process.WaitStatus;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TraceWriterTest {
    private static final int CLONES = 37;

    private static CloneCall clone(int child) {
        return CloneCall.builder(CloneSyscall.CLONE, 1)
                .made(child)
                .flags(0)
                .exitSignal(0)
                .stack(0)
                .observedAt(0)
                .kernelTime(0)
                .build();
    }

    /** A task's end that could not be written is no clone that is missing. */
    @Test
    void linesThatDoNotFitOnAFullDiskAreLost() throws IOException {
        List<IOException> said = new CopyOnWriteArrayList<>();
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            TraceWriter writer = new TraceWriter(full, "ptrace", TraceWriter.Times.MICROSECONDS, said::add);
            for (int child = 2; child < CLONES + 2; child++) {
                writer.accept(new TaskEvent.Cloned(clone(child)));
                writer.accept(new TaskEvent.Ended(child, new WaitStatus(0), 0));
            }
            writer.close();
            assertEquals(CLONES, writer.lost());
        }
        assertEquals(1, said.size(), said::toString);
    }

    /** The thread that hands events over may trace stopped tasks: it never waits, and lost events are counted. */
    @Test
    @Timeout(60)
    void readerThatReadsNothingIsNotWaitedFor() {
        int clones = 100_003;
        FullPipe pipe = new FullPipe();
        TraceWriter writer = new TraceWriter(pipe, "ebpf", TraceWriter.Times.NANOSECONDS, failed -> {});
        for (int child = 2; child < clones + 2; child++) {
            writer.accept(new TaskEvent.Cloned(clone(child)));
        }
        writer.hurry();
        writer.close();
        assertTrue(pipe.clones.get() > 0);
        assertEquals(clones, pipe.clones.get() + writer.lost());
    }

    /** Takes 64 KiB, and then waits for a reader that never comes. */
    private static final class FullPipe extends OutputStream {
        private final AtomicLong clones = new AtomicLong();
        private int room = 1 << 16;

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] bytes) {
            room -= bytes.length;
            while (room < 0) {
                LockSupport.park();
            }
            clones.addAndGet(new String(bytes, StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.contains(" clone("))
                    .count());
        }
    }
}
