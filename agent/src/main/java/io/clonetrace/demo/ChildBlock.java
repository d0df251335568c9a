package io.clonetrace.demo;

import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappedPages;
import java.lang.invoke.VarHandle;

/**
 * The memory through which this JVM and the demo's machine code talk: what is to be called, and what a child says of
 * itself. In a page of its own, which a child process shares; beside it a word that a child process has only a copy of.
 */
final class ChildBlock implements AutoCloseable {
    private static final int FUNCTION = 0x00;
    private static final int ARGUMENTS = 0x08;
    private static final int RESULT = 0x28;
    private static final int ALL_SIGNALS = 0x30;
    private static final int SYSCALL = 0x40;
    private static final int TID = 0x58;
    private static final int THREAD_POINTER = 0x60;
    private static final int SIGNAL_MASK = 0x68;
    private static final int STACK_POINTER = 0x70;
    private static final int WITNESS = 0x78;
    private static final int REPORTED = 0x80;
    private static final int RELEASED = 0x84;
    private static final int PTHREAD = 0x88;
    private static final int CLONE_ARGS = 0x90;

    private static final long EVERY_SIGNAL = -1;

    private final MappedPages shared;
    private final MappedPages own;

    ChildBlock() throws LinuxException {
        shared = MappedPages.sharedWithChildren(MappedPages.pageSize());
        try {
            own = MappedPages.ofThisProcess(MappedPages.pageSize());
        } catch (LinuxException denied) {
            shared.close();
            throw denied;
        }
        shared.setLong(ALL_SIGNALS, EVERY_SIGNAL);
        shared.setLong(WITNESS, own.address());
    }

    long address() {
        return shared.address();
    }

    /** What {@code masked} is to call, with up to four arguments. */
    void setFunction(long function, long... arguments) {
        shared.setLong(FUNCTION, function);
        for (int i = 0; i < arguments.length; i++) {
            shared.setLong(ARGUMENTS + (long) i * Long.BYTES, arguments[i]);
        }
    }

    /** What that returned. */
    long result() {
        return shared.getLong(RESULT);
    }

    /** What {@code raw} is to call, with its first two arguments; the others are 0. */
    void setSystemCall(long number, long first, long second) {
        shared.setLong(SYSCALL, number);
        shared.setLong(SYSCALL + (long) Long.BYTES, first);
        shared.setLong(SYSCALL + 2L * Long.BYTES, second);
    }

    /** Where {@code pthread_create} is to put the pthread_t. */
    long pthreadAddress() {
        return address() + PTHREAD;
    }

    long pthread() {
        return shared.getLong(PTHREAD);
    }

    /** Room for a {@code struct clone_args} (linux/sched.h), which is all 0. */
    long cloneArgsAddress() {
        return address() + CLONE_ARGS;
    }

    void setCloneArg(int offset, long value) {
        shared.setLong(CLONE_ARGS + (long) offset, value);
    }

    /** Releases the child in advance: it ends as soon as it has reported. */
    void releaseAhead() {
        shared.setInt(RELEASED, 1);
    }

    /** Whether the child has reported. */
    boolean reported() {
        return shared.getInt(REPORTED) != 0;
    }

    /** The child's report, once {@link #reported}. */
    ChildReport report() {
        VarHandle.acquireFence(); // what the child wrote before it said so
        return new ChildReport(
                (int) shared.getLong(TID),
                shared.getLong(THREAD_POINTER),
                shared.getLong(SIGNAL_MASK),
                shared.getLong(STACK_POINTER),
                own.getInt(0) != 0);
    }

    @Override
    public void close() {
        shared.close();
        own.close();
    }
}
