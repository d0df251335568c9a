package io.clonetrace.trace.ptrace;

import static io.clonetrace.clone.CloneCall.UNKNOWN;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.linux.WaitStatus;
import io.clonetrace.trace.ptrace.TaskEvent.Cloned;
import io.clonetrace.trace.ptrace.TaskEvent.Ended;
import io.clonetrace.trace.ptrace.TaskEvent.Superseded;
import java.util.StringJoiner;

/**
 * Writes what a tracer saw as strace(1) writes it with {@code -f -ttt -o FILE}, so that whatever reads strace's files
 * reads these. Times are cut to microseconds, but for the precise form. clone3's {@code parent_tid} is printed only as
 * the kernel set it, not as the address, which a {@link CloneCall} doesn't have; its {@code pidfd}, {@code set_tid} and
 * {@code cgroup} are left out.
 */
public final class StraceLine {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final int CLONE_ARGS_SIZE_VER2 = 88; // linux/sched.h

    private StraceLine() {}

    /** The line, without a newline. */
    public static String of(TaskEvent event) {
        if (event instanceof Cloned cloned) {
            return of(cloned.call());
        }
        if (event instanceof Ended ended) {
            return leader(ended.tid(), ended.observedAt()) + "+++ " + end(ended.status()) + " +++";
        }
        Superseded superseded = (Superseded) event;
        return leader(superseded.tid(), superseded.observedAt()) + "+++ superseded by execve in pid " + superseded.by()
                + " +++";
    }

    /** The line of one call, without a newline. */
    public static String of(CloneCall call) {
        return leader(call.parentTid(), call.observedAt()) + text(call);
    }

    /** The same with nanoseconds, as strace writes it with {@code --absolute-timestamps=format:unix,precision:ns}. */
    public static String precise(CloneCall call) {
        return preciseLeader(call.parentTid(), call.observedAt()) + text(call);
    }

    /** The line of a task's end, of which nothing else was seen, with nanoseconds as {@link #precise}. */
    public static String ended(int tid, long observedAt) {
        return preciseLeader(tid, observedAt) + "+++ exited with ? +++";
    }

    private static String text(CloneCall call) {
        if (call.syscall() == null) {
            // The tracepoint's own name, as no system call's is known.
            String flags = call.flags() == UNKNOWN ? "" : "flags=" + new CloneFlags(call.flags()).names();
            return "task_newtask(" + flags + ") = " + call.childTid();
        }
        String arguments = switch (call.syscall()) {
            case CLONE -> clone(call);
            case CLONE3 -> clone3(call);
            case FORK, VFORK -> "";
        };
        String result = call.failed() ? "-1 " + call.error() : Integer.toString(call.childTid());
        return call.syscall().syscallName() + "(" + arguments + ") = " + result;
    }

    private static String leader(int tid, long observedAt) {
        return padded(tid) + seconds(observedAt, 6, observedAt % NANOS_PER_SECOND / NANOS_PER_MICRO);
    }

    private static String preciseLeader(int tid, long observedAt) {
        return padded(tid) + seconds(observedAt, 9, observedAt % NANOS_PER_SECOND);
    }

    private static String padded(int tid) {
        String pid = Integer.toString(tid);
        return pid + " ".repeat(Math.max(0, 5 - pid.length())) + " ";
    }

    private static String seconds(long observedAt, int digits, long fraction) {
        String text = Long.toString(fraction);
        return observedAt / NANOS_PER_SECOND + "." + "0".repeat(digits - text.length()) + text + " ";
    }

    private static String clone(CloneCall call) {
        if (call.flags() == UNKNOWN) {
            return "";
        }
        StringJoiner arguments = new StringJoiner(", ");
        arguments.add("child_stack=" + address(call.stack()));
        arguments.add("flags=" + new CloneArgument(new CloneFlags(call.flags()), call.exitSignal()));
        if (setsParentTid(call)) {
            arguments.add("parent_tid=[" + call.childTid() + "]");
        }
        if (call.tls() != UNKNOWN) {
            arguments.add("tls=" + hex(call.tls()));
        }
        if (call.childTidAddress() != UNKNOWN) {
            arguments.add("child_tidptr=" + address(call.childTidAddress()));
        }
        return arguments.toString();
    }

    private static String clone3(CloneCall call) {
        if (call.flags() == UNKNOWN) {
            return "{...}, " + CLONE_ARGS_SIZE_VER2;
        }
        StringJoiner members = new StringJoiner(", ", "{", "}");
        members.add("flags=" + new CloneFlags(call.flags()).names());
        if (call.childTidAddress() != UNKNOWN) {
            members.add("child_tid=" + address(call.childTidAddress()));
        }
        members.add("exit_signal=" + ExitSignal.name(call.exitSignal()));
        members.add("stack=" + address(call.stack()));
        members.add("stack_size=" + hex(call.stackSize()));
        if (call.tls() != UNKNOWN) {
            members.add("tls=" + hex(call.tls()));
        }
        String after = setsParentTid(call) ? " => {parent_tid=[" + call.childTid() + "]}" : "";
        return members + after + ", " + CLONE_ARGS_SIZE_VER2;
    }

    private static boolean setsParentTid(CloneCall call) {
        return !call.failed() && call.has(CloneFlag.CLONE_PARENT_SETTID);
    }

    private static String end(WaitStatus status) {
        return status.exited()
                ? "exited with " + status.exitStatus()
                : "killed by " + ExitSignal.name(status.killedBy()) + (status.coreDumped() ? " (core dumped)" : "");
    }

    private static String address(long value) {
        return value == 0 ? "NULL" : hex(value);
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
