package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;

/** Reads one whole call from its text into a record. */
final class CallReader {
    private static final String INJECTED = " (INJECTED)";

    private final FlagReader flagReader = new FlagReader();

    /** The outcome of a call. */
    enum Outcome {
        CLONED,
        FAILED,
        /** The kernel restarts the call after a signal; only then does it make a task or fail. */
        RESTARTED,
        /**
         * The result is strace's own ({@code inject=...:retval=}), or 0, which only a child sees: this call made no
         * task.
         */
        NOTHING_MADE,
        /** The caller was killed within the call, or strace detached from it. */
        NEVER_RETURNED,
        UNREADABLE
    }

    /**
     * A call as read.
     *
     * @param call the record, if the call made a task or failed
     * @param delimited whether something follows the result, so that it can't be the beginning of a longer one
     * @param parentTidText the value of parent_tid as printed after the call, {@code [123]}, if any
     */
    record Reading(Outcome outcome, Optional<CloneCall> call, boolean delimited, String parentTidText) {
        private Reading(Outcome outcome, boolean delimited) {
            this(outcome, Optional.empty(), delimited, "");
        }

        /** Whether a line that may be cut off after the result has the whole result: parent_tid has the same value. */
        boolean whole() {
            return delimited
                    || call.isPresent() && parentTidText.equals("[" + call.get().childTid() + "]");
        }
    }

    /**
     * Reads {@code name(arguments) = result}, where {@code start} is the position after the opening parenthesis.
     *
     * @param syscall null for {@code task_newtask(flags=...)}, which has no exit signal either
     */
    Reading read(CloneSyscall syscall, int parentTid, long observedAt, String text, int start) {
        Optional<CallArguments> read = CallArguments.read(text, start);
        if (read.isEmpty()) {
            return new Reading(Outcome.UNREADABLE, false);
        }
        CallArguments arguments = read.get();
        Result result = Result.read(text, arguments.end());
        if (result.outcome() != Outcome.CLONED && result.outcome() != Outcome.FAILED) {
            return new Reading(result.outcome(), true);
        }
        return new Reading(
                result.outcome(),
                Optional.of(call(syscall, parentTid, observedAt, arguments, result)),
                result.delimited(),
                arguments.value("parent_tid"));
    }

    private CloneCall call(
            CloneSyscall syscall, int parentTid, long observedAt, CallArguments arguments, Result result) {
        boolean clone3 = syscall == CloneSyscall.CLONE3;
        String text = arguments.value("flags");
        // Our own tracers write exit_signal for clone too if they don't know it: then it isn't among the flags.
        String signal = arguments.value("exit_signal");
        boolean apart = clone3 || syscall == null || !signal.isEmpty();
        FlagReader.Flags flags = apart ? flagReader.ofClone3(text) : flagReader.ofClone(text);
        CloneCall.Builder call = CloneCall.builder(syscall, parentTid)
                .made(result.childTid())
                .failed(result.error())
                .flags(flags.bits())
                .exitSignal(apart ? FlagReader.exitSignal(signal) : flags.exitSignal())
                .tls(Numbers.argument(arguments.value("tls")))
                .observedAt(observedAt);
        return clone3
                ? call.stack(Numbers.argument(arguments.value("stack")))
                        .stackSize(Numbers.argument(arguments.value("stack_size")))
                        .childTidAddress(Numbers.argument(arguments.value("child_tid")))
                        .build()
                : call.stack(Numbers.argument(arguments.value("child_stack")))
                        .childTidAddress(Numbers.argument(arguments.value("child_tidptr")))
                        .build();
    }

    /**
     * What follows a call's arguments: {@code = 123}, {@code = 123<java>}, {@code = 2 /* 123 in strace's PID NS
     * *}{@code /}, {@code = -1 EAGAIN (Resource temporarily unavailable)}, {@code = ? ERESTARTNOINTR (To be restarted)}
     * or {@code = ?}.
     *
     * @param childTid the new task, in the caller's own pid namespace; {@link CloneCall#UNKNOWN} unless CLONED
     * @param error the errno's name, null unless FAILED
     * @param delimited whether something follows the number or name, so that a line cut off here can't have cut it
     *     short
     */
    private record Result(Outcome outcome, int childTid, String error, boolean delimited) {
        /** Reads the result that begins at {@code start}, just after the closing parenthesis. */
        static Result read(String text, int start) {
            int at = text.indexOf('=', start);
            if (at < 0 || !text.substring(start, at).isBlank() || !text.startsWith("= ", at)) {
                return of(Outcome.UNREADABLE);
            }
            at += 2;
            if (text.startsWith("?", at)) {
                return of(text.startsWith("? ERESTART", at) ? Outcome.RESTARTED : Outcome.NEVER_RETURNED);
            }
            return text.startsWith("-1 ", at) ? failed(text, at + 3) : cloned(text, at);
        }

        private static Result failed(String text, int start) {
            int end = start;
            while (end < text.length() && isErrnoName(text.charAt(end))) {
                end++;
            }
            return end == start
                    ? of(Outcome.UNREADABLE)
                    : new Result(Outcome.FAILED, CloneCall.UNKNOWN, text.substring(start, end), end < text.length());
        }

        private static Result cloned(String text, int start) {
            int end = Numbers.endOfDigits(text, start);
            long tid = Numbers.decimal(text, start, end);
            if (tid == 0 || text.startsWith(INJECTED, LineLeader.endOfName(text, end))) {
                return of(Outcome.NOTHING_MADE);
            }
            return LineLeader.isTid(tid)
                    ? new Result(Outcome.CLONED, (int) tid, null, end < text.length())
                    : of(Outcome.UNREADABLE);
        }

        private static boolean isErrnoName(char c) {
            return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
        }

        private static Result of(Outcome outcome) {
            return new Result(outcome, CloneCall.UNKNOWN, null, true);
        }
    }
}
