package io.clonetrace.cli.attach;

import io.clonetrace.trace.ptrace.EndSignals;

/** While it is open, Ctrl-C and SIGTERM end a wait, and not this process. */
public final class Interruption implements AutoCloseable {
    private static final int SIGNALLED = 128; // as a shell reports it

    private volatile int signal;

    public Interruption() {
        EndSignals.handle((name, number) -> signal = number);
    }

    /** Whether a signal has come. */
    public boolean hasCome() {
        return signal != 0;
    }

    /** The exit status of a process that the signal ends; 0 if none has come. */
    public int status() {
        return hasCome() ? SIGNALLED + signal : 0;
    }

    @Override
    public void close() {
        EndSignals.restore();
    }
}
