package io.clonetrace.trace.wire;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneSyscall;
import java.util.Optional;

/** Makes the record of one whole call from its text. */
final class CallReader {
    private final FlagReader flagReader = new FlagReader();

    /**
     * What became of a call.
     *
     * @param call the record, if the call made a task or failed
     * @param delimited whether something stands behind the result, so that it can't be the beginning of a longer one
     * @param parentTidText the value of parent_tid as printed after the call, {@code [123]}, if there is one
     */
    record Reading(CallResult.Outcome outcome, Optional<CloneCall> call, boolean delimited, String parentTidText) {
        private Reading(CallResult.Outcome outcome, boolean delimited) {
            this(outcome, Optional.empty(), delimited, "");
        }

        /** Whether a line that may be cut off behind the result has the result whole: parent_tid says the same. */
        boolean whole() {
            return delimited
                    || call.isPresent() && parentTidText.equals("[" + call.get().childTid() + "]");
        }
    }

    /**
     * Reads {@code name(arguments) = result}, where {@code start} is the place behind the opening parenthesis.
     *
     * @param syscall null for {@code task_newtask(flags=...)}, which tells no exit signal either
     */
    Reading read(CloneSyscall syscall, int parentTid, long observedAt, String text, int start) {
        Optional<CallArguments> read = CallArguments.read(text, start);
        if (read.isEmpty()) {
            return new Reading(CallResult.Outcome.UNREADABLE, false);
        }
        CallArguments arguments = read.get();
        CallResult result = CallResult.read(text, arguments.end());
        if (result.outcome() != CallResult.Outcome.CLONED && result.outcome() != CallResult.Outcome.FAILED) {
            return new Reading(result.outcome(), true);
        }
        return new Reading(
                result.outcome(),
                Optional.of(call(syscall, parentTid, observedAt, arguments, result)),
                result.delimited(),
                arguments.value("parent_tid"));
    }

    private CloneCall call(
            CloneSyscall syscall, int parentTid, long observedAt, CallArguments arguments, CallResult result) {
        boolean clone3 = syscall == CloneSyscall.CLONE3;
        String text = arguments.value("flags");
        // Our own tracers write it for clone too, where they don't know it: then it isn't among the flags.
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
}
