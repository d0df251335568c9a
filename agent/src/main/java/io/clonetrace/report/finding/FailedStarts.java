package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;

import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Refusal;
import io.clonetrace.report.model.Refusal.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Threads could not be started, by Java code or by native code. */
final class FailedStarts implements Rule {
    private static final String FILTER =
            "A filter of system calls (seccomp) forbids the call, most often that of the container's runtime: update it and"
                    + " libseccomp, or give the container a profile that answers clone3 with ENOSYS, on which glibc uses"
                    + " clone.";

    @Override
    public String name() {
        return "failed-starts";
    }

    @Override
    public String description() {
        return "Threads could not be started.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        List<Finding> found = new ArrayList<>();
        // A start of which no refused call is known may have made any call of an unknown owner.
        boolean allKnown = jvm.refusals().stream()
                .noneMatch(refusal ->
                        refusal.thrown().isPresent() && refusal.call().isEmpty());
        for (Refusal refusal : jvm.refusals()) {
            if (refusal.isOfRecording()) {
                continue; // no thread of the application's
            }
            if (refusal.thrown().isPresent()) {
                found.add(ofStart(refusal));
            } else if (!refusal.isAgents()
                    && refusal.call().filter(call -> !isOfClone3Alone(call)).isPresent()
                    && (allKnown || refusal.isOfOthers())) {
                found.add(ofCall(refusal, refusal.call().orElseThrow()));
            }
        }
        return found;
    }

    /** These reject the call itself and are no lack of resources: {@link Clone3Refused}. */
    private static boolean isOfClone3Alone(Call call) {
        return call.isFallenBackFrom() || call.isForbidden() && "clone3".equals(call.syscall());
    }

    private Finding ofStart(Refusal refusal) {
        String answer = refusal.call()
                .map(call -> " The kernel answered " + name(call) + " with " + call.errno()
                        + (refusal.attempts() > refusal.count()
                                ? ", " + count(refusal.attempts()) + " times in all."
                                : "."))
                .orElse("");
        return new Finding(
                name(),
                Severity.PROBLEM,
                "Thread.start failed " + times(refusal.count()) + at(refusal) + ".",
                "It threw " + refusal.thrown().orElseThrow() + "." + answer + limit(refusal),
                advice(refusal),
                numbers(refusal),
                subject(refusal));
    }

    private Finding ofCall(Refusal refusal, Call call) {
        return new Finding(
                name(),
                Severity.PROBLEM,
                "The kernel refused " + calls(refusal.attempts()) + " to make a task" + at(refusal) + ".",
                name(call) + (call.isOfKnownKind() ? " for the kind " + call.kind() : "") + " answered " + call.errno()
                        + (refusal.threadName() == null ? "" : " to the thread " + refusal.threadName()) + "."
                        + (refusal.limit() == null && refusal.location() == null ? "" : limit(refusal)),
                refusal.limit() == null && !call.isForbidden()
                        ? "EAGAIN is a limit on threads or processes, ENOMEM one on memory; clonetrace doctor shows them."
                        : advice(refusal),
                numbers(refusal),
                subject(refusal));
    }

    private static String name(Call call) {
        return call.syscall() == null ? "the call" : call.syscall();
    }

    private static String at(Refusal refusal) {
        return refusal.site().map(frame -> " at " + frame).orElse("")
                + refusal.caller().map(frame -> " called by " + frame).orElse("");
    }

    private static String limit(Refusal refusal) {
        if (refusal.limit() != null) {
            return " It hit " + refusal.limit() + ": " + refusal.amount(refusal.used()) + " of "
                    + refusal.amount(refusal.max()) + ", read from " + refusal.location() + ".";
        }
        return refusal.location() == null
                ? " Which limit it was could not be found."
                : " Which limit it was could not be found: " + refusal.location() + ".";
    }

    private static String advice(Refusal refusal) {
        if (refusal.call().filter(Call::isForbidden).isPresent()) {
            return FILTER;
        }
        return refusal.limit() == null
                ? "See dmesg and the limits of clonetrace doctor."
                : "Raise that limit, or make fewer threads.";
    }

    private static Map<String, Long> numbers(Refusal refusal) {
        Map<String, Long> numbers = new HashMap<>();
        numbers.put("count", refusal.count());
        if (refusal.thrown().isPresent() || refusal.limit() != null) {
            numbers.put("used", refusal.used());
            numbers.put("max", refusal.max());
        }
        if (refusal.attempts() > refusal.count()) {
            numbers.put("attempts", refusal.attempts());
        }
        return Map.copyOf(numbers);
    }

    private static Subject subject(Refusal refusal) {
        return new Subject(refusal.site(), refusal.trace(), List.of(), List.of());
    }

    private static String calls(long count) {
        return count == 1 ? "a call" : count(count) + " calls";
    }

    private static String times(long count) {
        return count == 1 ? "once" : count(count) + " times";
    }
}
