package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.seconds;

import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Jvm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Executors, timers or clients are made again and again and never shut down: each keeps threads. */
final class ExecutorLeak implements Rule {
    @Override
    public String name() {
        return "executor-leak";
    }

    @Override
    public String description() {
        return "Executors, timers or clients are created again and again and never shut down.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        Examination examination = Examination.of(jvm);
        return examination.suspects(Cause.EXECUTORS).stream()
                .map(suspect -> finding(examination, suspect))
                .toList();
    }

    private Finding finding(Examination examination, Suspect suspect) {
        Instances instances = suspect.instances();
        Outlook outlook = Outlook.of(examination, suspect);
        Map<String, Long> numbers = new HashMap<>(suspect.numbers());
        numbers.put("instances", (long) instances.alive());
        numbers.putAll(outlook.numbers());
        long before = examination.livedBefore(suspect);
        return new Finding(
                name(),
                outlook.isProblem() || suspect.isProblem() ? Severity.PROBLEM : Severity.WARNING,
                suspect.creator().isPresent()
                        ? "Possible leak: " + suspect.who() + " uses " + count(instances.made()) + " "
                                + instances.what() + "; "
                                + (instances.alive() == instances.made()
                                        ? "none was"
                                        : count(instances.alive()) + " were not")
                                + " shut down."
                        : "Possible leak: " + count(instances.alive()) + " " + instances.what()
                                + " that existed before the recording were not shut down; their threads are "
                                + suspect.named() + ".",
                "They have " + count(suspect.curve().alive()) + " live threads."
                        + (instances.areSpread()
                                ? " They were created one after another, "
                                        + Suspect.rate(instances.alive() / Math.max(1, instances.seconds()))
                                        + ", within "
                                        + seconds(instances.seconds()) + "."
                                : "")
                        + (instances.collected() > 0
                                ? " The garbage collector ended " + count(instances.collected())
                                        + " more, some time after" + " their use."
                                : "")
                        + suspect.called(before)
                        + suspect.callers()
                        + suspect.memory()
                        + outlook.text(),
                "Create one and use it for all calls, or shut each down after its use (shutdown, cancel, close; in a"
                        + " finally clause, or by try-with-resources where it is AutoCloseable).",
                Map.copyOf(numbers),
                suspect.subject());
    }
}
