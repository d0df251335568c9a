package io.clonetrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.ptrace.PtraceEventSource;
import io.clonetrace.trace.ptrace.PtraceTracer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PtracedCommandTest {
    /** The kernel detaches what a tracer traced that is gone. */
    @Test
    void failedTracerDoesNotChangeTheCommandsStatus() throws Exception {
        PtraceEventSource queue = new PtraceEventSource();
        PtracedCommand command =
                PtracedCommand.start(List.of("sh", "-c", "(true); (true); exit 9"), StackCapture.OFF, queue, event -> {
                    throw new IllegalStateException("injected");
                });
        assertEquals(9, command.awaitEnd());
        assertTrue(queue.lossReason().contains("injected"), queue.lossReason());
        command.process().close();
    }

    @Test
    void stoppedTracingDoesNotChangeTheCommandsStatus() throws Exception {
        PtracedCommand command = PtracedCommand.start(List.of("sh", "-c", "read word; exit 9"), StackCapture.OFF);
        command.source().stop();
        assertTrue(command.ended().isEmpty());
        command.process().kill();
        assertEquals(128 + 9, command.awaitEnd());
    }

    @Test
    void interruptEndsTheWaitForACommandNoLongerTraced() throws Exception {
        PtraceTracer tracer = PtraceTracer.launch(List.of("sleep", "1000"), false, event -> {});
        try {
            tracer.stop();
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                Thread.currentThread().interrupt();
                assertThrows(InterruptedException.class, tracer::awaitEnd);
            });
        } finally {
            tracer.launched().kill();
            assertEquals(128 + 9, tracer.awaitEnd().orElseThrow());
        }
    }
}
