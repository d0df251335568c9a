package io.clonetrace.trace.strace;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.Tracer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * {@code source=strace}: an {@code strace -f -p} on this very process.
 *
 * <p>It writes to a file, not to a pipe: a reader in this process could be stopped by strace while strace waits for it
 * to read.
 */
public final class StraceProcess implements CloneSource {
    /** strace stops each thread of the process once to attach to it. */
    private static final long ATTACH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final LongConsumer allowTracer;
    private Process strace;
    private Path trace;
    private Path messages;
    private StraceFile file;

    /** @param allowTracer lets the process of that pid trace this one (Yama) */
    public StraceProcess(LongConsumer allowTracer) {
        this.allowTracer = allowTracer;
    }

    @Override
    public String name() {
        return "strace";
    }

    @Override
    public void start() throws SourceRefusedException {
        Optional<Tracer> holder = Tracer.ofThisProcess();
        if (holder.isPresent()) {
            throw new SourceRefusedException(
                    holder.get().name() + " (pid " + holder.get().pid()
                            + ") traces this JVM already; if it is an strace -f -o FILE, add source=strace:FILE");
        }
        if (!installed()) {
            throw new SourceRefusedException("strace is not installed; on Debian: apt-get install strace");
        }
        try {
            launch();
            awaitAttached();
            file = new StraceFile(trace);
            file.start();
            // Both have the file open now: without a name it is gone when both are, however they end.
            Files.delete(trace);
            Files.delete(messages);
        } catch (IOException failed) {
            throw new SourceRefusedException("strace could not be started: " + failed.getMessage(), failed);
        }
    }

    @Override
    public boolean poll(CloneSink sink) {
        return file.poll(sink);
    }

    @Override
    public long damaged() {
        return file.damaged();
    }

    @Override
    public String lost() {
        return file.lost();
    }

    @Override
    public void stop() {
        if (strace != null) {
            strace.destroy();
        }
        if (file != null) {
            file.stop();
        }
        for (Path temporary : new Path[] {trace, messages}) {
            if (temporary != null) {
                temporary.toFile().delete();
            }
        }
    }

    private void launch() throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        trace = Files.createTempFile("clonetrace-" + self + "-", ".strace");
        messages = Files.createTempFile("clonetrace-" + self + "-", ".messages");
        // The shell waits until this process has allowed its pid to trace it, and then becomes strace.
        List<String> command = List.of(
                "/bin/sh",
                "-c",
                "read go && exec strace -f -q -ttt -e trace=clone,clone3,fork,vfork -e signal=none -o \"$0\" -p \"$1\"",
                trace.toString(),
                self);
        strace = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(messages.toFile())
                .start();
        allowTracer.accept(strace.pid());
        try (var go = strace.getOutputStream()) {
            go.write('\n');
        }
    }

    private void awaitAttached() throws SourceRefusedException, IOException {
        long deadline = System.nanoTime() + ATTACH_NANOS;
        while (!attachedToAll()) {
            if (!strace.isAlive()) {
                throw new SourceRefusedException(lastMessage());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SourceRefusedException("strace did not attach to this JVM within 10 s");
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    private boolean attachedToAll() {
        File[] tasks = new File("/proc/self/task").listFiles();
        for (File task : tasks == null ? new File[0] : tasks) {
            boolean ours = Tracer.of(task.toPath())
                    .map(tracer -> tracer.pid() == strace.pid())
                    .orElse(false);
            if (!ours && task.exists()) {
                return false;
            }
        }
        return true;
    }

    private String lastMessage() throws IOException {
        List<String> lines = Files.readAllLines(messages, StandardCharsets.ISO_8859_1);
        return lines.isEmpty() ? "strace ended at once" : lines.get(lines.size() - 1);
    }

    private static boolean installed() {
        String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        for (String folder : path.split(File.pathSeparator)) {
            if (new File(folder, "strace").canExecute()) {
                return true;
            }
        }
        return false;
    }
}
