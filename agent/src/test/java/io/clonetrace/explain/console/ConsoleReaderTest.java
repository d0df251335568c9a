package io.clonetrace.explain.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.TextLine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleReaderTest {
    private final Documents documents = new Documents();
    private final ConsoleReader reader = new ConsoleReader(documents);

    private List<Failure> failures() {
        return List.copyOf(documents.all().get(0).failures());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[12.1s][warning][os,thread] Failed to start thread - pthread_create failed (EAGAIN) for attributes:"
                        + " stacksize: 1024k, guardsize: 0k, detached.",
                "[0.612s][warning][os,thread] Failed to start thread \"Unknown thread\" - pthread_create failed (EAGAIN)"
                        + " for attributes: stacksize: 1024k, guardsize: 0k, detached.",
                "OpenJDK 64-Bit Server VM warning: Failed to start thread \"GC Thread#1\" - pthread_create failed"
                        + " (EAGAIN) for attributes: stacksize: 1024k, guardsize: 0k, detached."
            })
    void hotSpotsWarningHasErrnoAndSizes(String line) {
        assertTrue(reader.read(new TextLine("log", 7, line)));
        Failure failure = failures().get(0);
        assertEquals(Operation.PTHREAD_CREATE, failure.operation());
        assertEquals("EAGAIN", failure.errno());
        assertEquals(1 << 20, failure.bytes());
        assertEquals(0, failure.guard());
        assertEquals("log:7", failure.place().toString());
    }

    @Test
    void theSameFailureOfThreadsOfOnePatternIsCounted() {
        for (int i = 0; i < 3; i++) {
            reader.read(new TextLine(
                    "log",
                    i + 1,
                    "Failed to start thread \"pool-1-thread-" + i
                            + "\" - pthread_create failed (EAGAIN) for attributes:"
                            + " stacksize: 1024k, guardsize: 0k, detached."));
        }
        assertEquals(1, failures().size());
        assertEquals(3, failures().get(0).count());
    }
}
