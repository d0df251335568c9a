package io.clonetrace.trace.ptrace;

import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.wire.TraceWriter;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Scanner;

/**
 * A tracer in a process of its own: {@code [--follow] FILE -p PID} or {@code [--follow] FILE command...}. Attached, it
 * prints a line on stdout, and stops tracing when its stdin has a line.
 */
final class TracerProgram {
    /** On stderr once signals go to the command, which may run before. */
    static final String FORWARDS = "signals are forwarded";

    private TracerProgram() {}

    public static void main(String[] words) throws Exception {
        boolean follow = words[0].equals("--follow");
        List<String> arguments = Arrays.asList(words).subList(follow ? 1 : 0, words.length);
        List<String> target = arguments.subList(1, arguments.size());
        int status = 1;
        try (OutputStream out = Files.newOutputStream(Path.of(arguments.get(0)));
                TraceWriter writer = new TraceWriter(
                        out, "ptrace", TraceWriter.Times.MICROSECONDS, failed -> System.err.println(failed))) {
            status = target.get(0).equals("-p")
                    ? attach(Integer.parseInt(target.get(1)), follow, writer)
                    : launch(target, follow, writer);
        } catch (SourceRefusedException refused) {
            System.err.println(refused.getMessage());
        }
        Runtime.getRuntime().halt(status);
    }

    private static int attach(int pid, boolean follow, TraceWriter writer) throws Exception {
        long began = System.nanoTime();
        PtraceTracer tracer = PtraceTracer.attach(pid, follow, writer);
        System.out.println("attached in " + (System.nanoTime() - began) / 1_000_000 + " ms");
        Thread stopper = new Thread(() -> {
            Scanner lines = new Scanner(System.in, StandardCharsets.US_ASCII);
            if (lines.hasNextLine()) {
                lines.nextLine();
                tracer.stop();
                System.out.println("stopped");
                lines.hasNextLine();
            }
        });
        stopper.setDaemon(true);
        stopper.start();
        OptionalInt status = tracer.awaitEnd();
        if (status.isEmpty()) {
            stopper.join();
        }
        // Until it has written what is queued, its count includes that.
        writer.close();
        System.err.println(
                tracer.counts().seen() + " seen, " + tracer.counts().lost() + " lost, " + writer.lost() + " dropped");
        return status.orElse(0);
    }

    private static int launch(List<String> command, boolean follow, TraceWriter writer) throws Exception {
        PtraceTracer tracer = PtraceTracer.launch(command, follow, writer);
        ForwardedSignals.to(tracer.launched(), () -> {});
        System.err.println(FORWARDS);
        return tracer.awaitEnd().orElseThrow();
    }
}
