package io.clonetrace.demoapp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.demoapp.scenario.Scenarios;
import java.io.BufferedReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

class HoldTest {

    private static final Executor NEW_THREAD = task -> new Thread(task, "demo-app").start();

    @Test
    @Timeout(60)
    void holdsTheThreadsUntilStdinIsClosed() throws Exception {
        PipedOutputStream stdin = new PipedOutputStream();
        PipedReader stdout = new PipedReader(8192);
        CommandLine line = DemoApp.commandLine(Scenarios.all(), new PipedInputStream(stdin))
                .setOut(new PrintWriter(new PipedWriter(stdout), true))
                .setErr(new PrintWriter(Writer.nullWriter()));
        BufferedReader lines = new BufferedReader(stdout);
        CompletableFuture<Integer> status;
        try (stdin) {
            status = CompletableFuture.supplyAsync(
                    () -> line.execute("--only", "daemon", "--threads", "7", "--hold"), NEW_THREAD);
            assertEquals("ready", lines.readLine());
            assertEquals(7, alive());
            stdin.write('x');
            stdin.flush();
            assertEquals(7, alive());
        }
        assertEquals(0, status.get());
        assertEquals(0, alive());
        assertEquals("scenario name=daemon threads=7 processes=0 virtual=0 prefix=daemon-", lines.readLine());
        assertEquals("scenario name=hold threads=7 processes=0 virtual=0 prefix=hold-", lines.readLine());
        assertEquals("total threads=14 processes=0 virtual=0", lines.readLine());
    }

    private static long alive() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("hold-"))
                .count();
    }
}
