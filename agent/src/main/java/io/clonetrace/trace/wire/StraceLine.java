package io.clonetrace.trace.wire;

import static io.clonetrace.clone.CloneCall.UNKNOWN;

import io.clonetrace.clone.CloneArgs;
import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.linux.process.WaitStatus;
import io.clonetrace.trace.wire.TaskEvent.Cloned;
import io.clonetrace.trace.wire.TaskEvent.Ended;
import io.clonetrace.trace.wire.TaskEvent.Gone;
import io.clonetrace.trace.wire.TaskEvent.Superseded;

/**
 * Formats a tracer's events as strace(1) does with {@code -f -ttt -o FILE}, so that tools for strace's files read these
 * too. Times are truncated to microseconds except in the precise form. clone3's {@code parent_tid} is printed only as
 * the value that the kernel set, not as the address, which a {@link CloneCall} doesn't have; its {@code pidfd},
 * {@code set_tid} and {@code cgroup} are omitted, and so are unknown values of the others.
 */
public final class StraceLine {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long FIRST_PLACE = NANOS_PER_SECOND / 10;
    private static final int MICROS = 6; // digits after the point
    private static final int NANOS = 9;
    private static final int TID_COLUMNS = 5;
    private static final int LONG_ENOUGH = 512; // a clone3 line has some 380 characters

    /** strace always knows the signal, and has no notation for an unknown one. */
    private static final String UNKNOWN_SIGNAL = "exit_signal=?";

    private StraceLine() {}

    /** The line, without a newline. */
    public static String of(TaskEvent event) {
        StringBuilder line = line();
        append(line, event, false);
        return line.toString();
    }

    /**
     * Appends the line, without a newline.
     *
     * @param precise whether a call's line is that of {@link #precise}
     */
    static void append(StringBuilder text, TaskEvent event, boolean precise) {
        if (event instanceof Cloned cloned) {
            CloneCall call = cloned.call();
            call(leader(text, call.parentTid(), call.observedAt(), precise ? NANOS : MICROS), call);
        } else if (event instanceof Ended ended) {
            leader(text, ended.tid(), ended.observedAt(), MICROS).append("+++ ");
            end(text, ended.status()).append(" +++");
        } else if (event instanceof Gone gone) {
            ended(text, gone.tid(), gone.observedAt());
        } else {
            Superseded superseded = (Superseded) event;
            leader(text, superseded.tid(), superseded.observedAt(), MICROS)
                    .append("+++ superseded by execve in pid ")
                    .append(superseded.by())
                    .append(" +++");
        }
    }

    /** The line of one call, without a newline. */
    public static String of(CloneCall call) {
        return call(leader(line(), call.parentTid(), call.observedAt(), MICROS), call)
                .toString();
    }

    /** The same with nanoseconds, as strace writes with {@code --absolute-timestamps=format:unix,precision:ns}. */
    public static String precise(CloneCall call) {
        return call(leader(line(), call.parentTid(), call.observedAt(), NANOS), call)
                .toString();
    }

    /** The line of a task's end, of which nothing else was seen, with nanoseconds as in {@link #precise}. */
    public static String ended(int tid, long observedAt) {
        return ended(line(), tid, observedAt).toString();
    }

    private static StringBuilder line() {
        return new StringBuilder(LONG_ENOUGH);
    }

    private static StringBuilder ended(StringBuilder line, int tid, long observedAt) {
        return leader(line, tid, observedAt, NANOS).append("+++ exited with ? +++");
    }

    private static StringBuilder leader(StringBuilder line, int tid, long observedAt, int digits) {
        int start = line.length();
        line.append(tid);
        do {
            line.append(' ');
        } while (line.length() - start <= TID_COLUMNS);
        line.append(observedAt / NANOS_PER_SECOND).append('.');
        long place = FIRST_PLACE;
        for (int i = 0; i < digits; i++) {
            line.append((char) ('0' + observedAt / place % 10));
            place /= 10;
        }
        return line.append(' ');
    }

    private static StringBuilder call(StringBuilder line, CloneCall call) {
        if (call.syscall() == null) {
            // The tracepoint's name, since the system call is not known.
            line.append("task_newtask(");
            if (call.flags() != UNKNOWN) {
                line.append("flags=").append(new CloneFlags(call.flags()).names());
            }
            return line.append(") = ").append(call.childTid());
        }
        line.append(call.syscall().syscallName()).append('(');
        switch (call.syscall()) {
            case CLONE -> clone(line, call);
            case CLONE3 -> clone3(line, call);
            case FORK, VFORK -> {}
        }
        line.append(") = ");
        return call.failed() ? line.append("-1 ").append(call.error()) : line.append(call.childTid());
    }

    private static void clone(StringBuilder line, CloneCall call) {
        if (call.flags() == UNKNOWN) {
            return;
        }
        if (call.stack() != UNKNOWN) {
            address(line.append("child_stack="), call.stack());
            line.append(", ");
        }
        CloneFlags flags = new CloneFlags(call.flags());
        if (call.exitSignal() == UNKNOWN) {
            line.append("flags=").append(flags).append(", ").append(UNKNOWN_SIGNAL);
        } else {
            line.append("flags=").append(new CloneArgument(flags, call.exitSignal()));
        }
        if (setsParentTid(call)) {
            line.append(", parent_tid=[").append(call.childTid()).append(']');
        }
        if (call.tls() != UNKNOWN) {
            hex(line.append(", tls="), call.tls());
        }
        if (call.childTidAddress() != UNKNOWN) {
            address(line.append(", child_tidptr="), call.childTidAddress());
        }
    }

    private static void clone3(StringBuilder line, CloneCall call) {
        if (call.flags() == UNKNOWN) {
            line.append("{...}, ").append(CloneArgs.SIZE_VER2);
            return;
        }
        line.append("{flags=").append(new CloneFlags(call.flags()).names());
        if (call.childTidAddress() != UNKNOWN) {
            address(line.append(", child_tid="), call.childTidAddress());
        }
        if (call.exitSignal() == UNKNOWN) {
            line.append(", ").append(UNKNOWN_SIGNAL);
        } else {
            line.append(", exit_signal=").append(ExitSignal.name(call.exitSignal()));
        }
        if (call.stack() != UNKNOWN) {
            address(line.append(", stack="), call.stack());
        }
        if (call.stackSize() != UNKNOWN) {
            hex(line.append(", stack_size="), call.stackSize());
        }
        if (call.tls() != UNKNOWN) {
            hex(line.append(", tls="), call.tls());
        }
        line.append('}');
        if (setsParentTid(call)) {
            line.append(" => {parent_tid=[").append(call.childTid()).append("]}");
        }
        line.append(", ").append(CloneArgs.SIZE_VER2);
    }

    private static boolean setsParentTid(CloneCall call) {
        return !call.failed() && call.has(CloneFlag.CLONE_PARENT_SETTID);
    }

    private static StringBuilder end(StringBuilder line, WaitStatus status) {
        return status.exited()
                ? line.append("exited with ").append(status.exitStatus())
                : line.append("killed by ")
                        .append(ExitSignal.name(status.killedBy()))
                        .append(status.coreDumped() ? " (core dumped)" : "");
    }

    private static void address(StringBuilder line, long value) {
        if (value == 0) {
            line.append("NULL");
        } else {
            hex(line, value);
        }
    }

    private static void hex(StringBuilder line, long value) {
        line.append("0x").append(Long.toHexString(value));
    }
}
