package io.clonetrace.cli.target;

import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.ProcessId;
import io.clonetrace.trace.SourceKind;

/**
 * Looks at this process as at a JVM to attach to, while the command line is read: on another processor, so that the
 * code for it is loaded when the JVM is known. What it finds is not used.
 */
public final class Rehearsal {
    private static Thread running;

    private Rehearsal() {}

    /** Begins it. */
    public static void begin() {
        running = new Thread(Rehearsal::run, "clonetrace rehearsal");
        running.setDaemon(true);
        running.start();
    }

    /**
     * Waits until it is over, if it has begun: classes that depend on each other, as those of JNA, must not be
     * initialized by two threads at a time (JLS 12.4.2).
     */
    public static void await() {
        boolean interrupted = false;
        while (running != null && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void run() {
        try {
            SupportedJvm.require();
            int pid = ProcessId.own();
            TargetJvm self = TargetJvm.of(pid);
            self.refusal();
            AttachRoom.missingForAgent(self.folder(), true, false);
            self.may(SourceKind.EBPF);
            self.temporary().close();
            PidFd.of(pid).close();
        } catch (Exception | LinkageError failed) {
            // The command will report it, if it concerns the JVM that is meant.
        }
    }
}
