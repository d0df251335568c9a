package io.clonetrace.cli.target;

import io.clonetrace.agent.attach.DetachFile;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.proc.Patience;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Ends the agent by a file that it looks for: for a JVM that has no room for an attach request. */
public final class DetachByFile {
    /** How long a JVM that uses no processor time may take. */
    private static final long SECONDS = 60;

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int OWNER_ONLY = 0600;

    private DetachByFile() {}

    /**
     * Waits until it has ended, but not for ever.
     *
     * @throws IOException if the agent's thread is still alive then, or the file can't be made
     */
    public static void ask(TargetJvm jvm, Waiting waiting) throws IOException {
        String name = DetachFile.name(jvm.pidInside());
        try (Folder tmp = jvm.temporary()) {
            // Removes the file of a killed command; the agent accepts only a newer one.
            tmp.remove(name);
            tmp.makeFile(name, OWNER_ONLY).close();
            Thread interrupted = new Thread(() -> {
                waiting.interrupted();
                tmp.remove(name);
            });
            Runtime.getRuntime().addShutdownHook(interrupted);
            try {
                awaitEnd(jvm, waiting);
            } finally {
                tmp.remove(name);
                AgentLoad.forget(interrupted);
            }
        } catch (LinuxException failed) {
            throw new IOException("the agent in JVM " + jvm.pid() + " can't be asked: " + failed.getMessage(), failed);
        }
    }

    private static void awaitEnd(TargetJvm jvm, Waiting waiting) throws IOException {
        long begin = System.nanoTime();
        Patience patience = new Patience(TimeUnit.SECONDS.toNanos(SECONDS), CHECK_NANOS, jvm.folder());
        while (jvm.isStillThere() && jvm.hasThread(TargetJvm.AGENT_THREAD)) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            waiting.at(seconds);
            LockSupport.parkNanos(CHECK_NANOS);
            if (patience.isOver()) {
                throw new IOException("the agent in JVM " + jvm.pid() + " did not end within " + seconds + " s");
            }
        }
    }
}
