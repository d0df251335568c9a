package io.clonetrace.trace.log;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's trace events as text: of tracefs ({@code trace}, {@code trace_pipe}), trace-cmd, {@code perf script},
 * and of a bpftrace program that prints them likewise. The events are task:task_newtask, and the entries and exits of
 * the four system calls, and sched:sched_process_fork between them; where a log has both, the call is reported once.
 */
final class EventLog implements TraceLogReader.ObserverLog {
    private static final String NEW_TASK = "task_newtask: pid=";
    private static final String FORK = "sched_process_fork: comm=";
    private static final Pattern FORK_FIELDS =
            Pattern.compile(".{1,64}? pid=(\\d{1,10}) child_comm=.{1,64} child_pid=(\\d{1,10})\\s*");
    private static final Pattern NEW_TASK_FIELDS =
            Pattern.compile("(\\d{1,10}) comm=.{0,64} clone_flags=([0-9a-f]{1,16})(?: oom_score_adj=-?\\d+)?\\s*");

    private static final String FTRACE_START = ": sys_";
    private static final String PERF_START = "syscalls:sys_";

    /** {@code sys_clone3(uargs: 0x7ffc, size: 0x58)}, {@code sys_clone3 -> 0x156a}. */
    private static final Pattern FTRACE_CALL =
            Pattern.compile(": sys_(clone3?|v?fork)(?:\\((.*)\\)| -> (0x[0-9a-f]{1,16}))\\s*$");

    /** {@code syscalls:sys_enter_clone: clone_flags: 0x11, newsp: 0}, {@code syscalls:sys_exit_clone: 0x1005}. */
    private static final Pattern PERF_CALL = Pattern.compile(
            "syscalls:sys_(?:enter_(clone3?|v?fork):(.*)|exit_(clone3?|v?fork): (0x[0-9a-f]{1,16}|-?\\d{1,18}))\\s*$");

    /** The task before the event: {@code java-4100 [001]}, {@code java 4100 [001]}, {@code java-4100 }. */
    private static final Pattern TASK =
            Pattern.compile("[- /](\\d{1,10})(?: +\\( *[\\d-]{1,10}\\))?(?: +\\[\\d{1,5}\\].{0,80})?\\s*$");

    private static final int LONGEST_TASK = 200;
    private static final Pattern CLONE_FLAGS = Pattern.compile("clone_flags: (0x[0-9a-f]{1,16}|[0-9a-f]{1,16})\\b");
    private static final Pattern STACK = Pattern.compile("newsp: (0x[0-9a-f]{1,16}|0)\\b");

    private final TraceLogReader log;
    private final OpenCalls<Begun> open = new OpenCalls<>();

    EventLog(TraceLogReader log) {
        this.log = log;
    }

    /**
     * A call that was entered, and the task that it is known to have made.
     *
     * @param line the latest that is about it
     */
    private record Begun(CloneSyscall syscall, int tid, FlagsText flags, long stack, int child, long line) {}

    @Override
    public boolean read(String text, String raw) {
        int newTask = text.indexOf(NEW_TASK);
        if (newTask >= 0) {
            newTask(text, newTask, raw);
            return true;
        }
        int fork = text.indexOf(FORK);
        if (fork >= 0) {
            forked(text, fork + FORK.length());
            return true;
        }
        if (text.indexOf("sys_") < 0) {
            return false;
        }
        // The last: each is as long as the rest of the line.
        int ftrace = Math.max(0, text.lastIndexOf(FTRACE_START));
        Matcher call = FTRACE_CALL.matcher(text).region(ftrace, text.length());
        if (call.lookingAt()) {
            int tid = task(text, ftrace);
            if (call.group(3) == null) {
                entered(call.group(1), call.group(2), tid);
            } else {
                left(call.group(1), tid, Long.parseUnsignedLong(call.group(3).substring(2), 16));
            }
            return true;
        }
        int perf = Math.max(0, text.lastIndexOf(PERF_START));
        call = PERF_CALL.matcher(text).region(perf, text.length());
        if (!call.lookingAt()) {
            return false;
        }
        int tid = task(text, perf);
        if (call.group(4) == null) {
            entered(call.group(1), call.group(2), tid);
        } else {
            String result = call.group(4);
            left(
                    call.group(3),
                    tid,
                    result.startsWith("0x") ? Long.parseUnsignedLong(result.substring(2), 16) : Long.parseLong(result));
        }
        return true;
    }

    /** Without its exit, an entry whose new task was seen is a call as well. */
    void end() {
        for (Begun begun : open.all()) {
            if (begun.child() != CloneCall.UNKNOWN) {
                made(begun, begun.child(), begun.line());
            }
        }
    }

    @Override
    public long open() {
        return open.unended();
    }

    private void newTask(String text, int at, String raw) {
        Matcher fields = NEW_TASK_FIELDS.matcher(text).region(at + NEW_TASK.length(), text.length());
        if (!fields.matches()) {
            log.notRead(raw);
            return;
        }
        int tid = task(text, eventStart(text, at));
        int child = Tids.of(fields.group(1));
        FlagsText flags = FlagsText.ofNewTask(fields.group(2));
        Optional<Begun> begun = tid == CloneCall.UNKNOWN ? Optional.empty() : open.get(tid);
        if (begun.isPresent()) {
            Begun call = begun.get();
            FlagsText known = call.flags().flags() == CloneCall.UNKNOWN ? flags : call.flags();
            open.end(tid);
            open.begin(tid, new Begun(call.syscall(), tid, known, call.stack(), child, log.line()));
        } else {
            log.call(
                    CloneCall.builder(null, tid)
                            .made(child)
                            .flags(flags.flags())
                            .exitSignal(flags.exitSignal())
                            .build(),
                    LogKind.FTRACE);
        }
    }

    /** Without the exit of the call, its new task; flags and call are not in it. */
    private void forked(String text, int at) {
        Matcher fields = FORK_FIELDS.matcher(text).region(at, text.length());
        if (!fields.matches()) {
            return;
        }
        int tid = Tids.of(fields.group(1));
        open.get(tid).filter(call -> call.child() == CloneCall.UNKNOWN).ifPresent(call -> {
            open.end(tid);
            open.begin(
                    tid,
                    new Begun(call.syscall(), tid, call.flags(), call.stack(), Tids.of(fields.group(2)), log.line()));
        });
    }

    /** Where {@code 10.000001: task:task_newtask} begins. */
    private static int eventStart(String text, int at) {
        int start = text.startsWith("task:", at - "task:".length()) ? at - "task:".length() : at;
        return text.substring(0, start).stripTrailing().length();
    }

    private void entered(String name, String arguments, int tid) {
        CloneSyscall syscall = CloneSyscall.named(name).orElseThrow();
        Matcher flags = CLONE_FLAGS.matcher(arguments);
        Matcher stack = STACK.matcher(arguments);
        Begun begun = new Begun(
                syscall,
                tid,
                syscall == CloneSyscall.CLONE && flags.find()
                        ? FlagsText.hexadecimal(flags.group(1))
                        : FlagsText.UNKNOWN,
                stack.find() ? Long.parseUnsignedLong(stack.group(1).replace("0x", ""), 16) : CloneCall.UNKNOWN,
                CloneCall.UNKNOWN,
                log.line());
        log.wroteBy(LogKind.FTRACE);
        // Where a log has no exits, the task's next call ends the one before.
        open.get(tid).filter(before -> before.child() != CloneCall.UNKNOWN).ifPresent(before -> {
            open.end(tid);
            made(before, before.child(), before.line());
        });
        open.begin(tid, begun);
    }

    private void left(String name, int tid, long result) {
        Optional<Begun> begun = open.end(tid);
        log.wroteBy(LogKind.FTRACE);
        if (result == 0) {
            // The child's own return.
            begun.ifPresent(call -> open.begin(tid, call));
            return;
        }
        CloneSyscall syscall = CloneSyscall.named(name).orElseThrow();
        Begun call = begun.filter(one -> one.syscall() == syscall)
                .orElse(new Begun(syscall, tid, FlagsText.UNKNOWN, CloneCall.UNKNOWN, CloneCall.UNKNOWN, log.line()));
        if (result > 0) {
            made(call, Tids.of(result), log.line());
        } else if (!CallText.isRestart(-result)) {
            log.call(built(call).failed(CallText.errno((int) -result)).build(), LogKind.FTRACE);
        }
    }

    private void made(Begun call, int child, long line) {
        log.call(built(call).made(child).build(), LogKind.FTRACE, line);
    }

    private static CloneCall.Builder built(Begun call) {
        return CloneCall.builder(call.syscall(), call.tid())
                .flags(call.flags().flags())
                .exitSignal(call.flags().exitSignal())
                .stack(call.stack());
    }

    private static int task(String text, int end) {
        Matcher task = TASK.matcher(text).region(Math.max(0, end - LONGEST_TASK), end);
        return task.find() ? Tids.of(task.group(1)) : CloneCall.UNKNOWN;
    }
}
