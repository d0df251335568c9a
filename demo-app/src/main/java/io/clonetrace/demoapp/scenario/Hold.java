package io.clonetrace.demoapp.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.concurrent.TimeoutException;

/**
 * Threads that stay alive until the standard input is closed, for who wants to look at a live JVM. It prints the line
 * {@code ready} when all of them run. Not one of {@link Scenarios#all()}: the option {@code --hold} adds it at the end.
 */
public final class Hold implements Scenario {

    private final InputStream in;
    private final PrintWriter out;

    public Hold(InputStream in, PrintWriter out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public String name() {
        return "hold";
    }

    @Override
    public String description() {
        return "threads that live until the standard input is closed";
    }

    @Override
    public void run(Tally tally, Settings settings) throws IOException, InterruptedException, TimeoutException {
        NamedThreads threads = new NamedThreads(tally);
        try (Gate gate = new Gate(settings.threads())) {
            for (int i = 0; i < settings.threads(); i++) {
                threads.newThread(gate).start();
            }
            gate.awaitAllRunning();
            out.println("ready");
            out.flush();
            in.transferTo(OutputStream.nullOutputStream());
        }
        threads.joinAll();
    }
}
