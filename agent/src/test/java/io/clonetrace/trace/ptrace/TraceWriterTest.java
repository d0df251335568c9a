package io.clonetrace.trace.ptrace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.linux.WaitStatus;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TraceWriterTest {
    private static final int CLONES = 37;

    private static CloneCall clone(int child) {
        return new CloneCall(CloneSyscall.CLONE, 1, child, null, 0, 0, 0, -1, -1, -1, 0, 0);
    }

    /** A task's end that could not be written is no clone that is missing. */
    @Test
    void whatAFullDiskDoesNotTakeIsLost() throws IOException {
        List<IOException> said = new CopyOnWriteArrayList<>();
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            TraceWriter writer = new TraceWriter(full, TraceWriter.Reader.OTHER, said::add);
            for (int child = 2; child < CLONES + 2; child++) {
                writer.accept(new TaskEvent.Cloned(clone(child)));
                writer.accept(new TaskEvent.Ended(child, new WaitStatus(0), 0));
            }
            writer.close();
            assertEquals(CLONES, writer.lost());
        }
        assertEquals(1, said.size(), said::toString);
    }
}
