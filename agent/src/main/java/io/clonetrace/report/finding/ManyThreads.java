package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.seconds;

import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Jvm;
import java.util.List;

/** Hundreds of threads of one kind are alive, however they came to be. */
final class ManyThreads implements Rule {
    @Override
    public String name() {
        return "many-threads";
    }

    @Override
    public String description() {
        return "Hundreds of threads that one piece of code started are alive.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        Examination examination = Examination.of(jvm);
        return examination.suspects(Cause.MANY).stream()
                .map(suspect -> finding(examination, suspect))
                .toList();
    }

    private Finding finding(Examination examination, Suspect suspect) {
        LiveCurve curve = suspect.curve();
        return new Finding(
                name(),
                suspect.isProblem() || Outlook.hasFailed(examination, suspect) ? Severity.PROBLEM : Severity.WARNING,
                suspect.creator().isPresent()
                        ? count(curve.alive()) + " threads started at " + suspect.who() + " are alive."
                        : count(curve.alive()) + " threads " + suspect.named() + " are alive.",
                (curve.first() <= 0
                                ? "When they were started was not recorded."
                                : "They were started within " + seconds(Math.max(1, curve.seconds()))
                                        + (curve.isBefore() ? ", before the recording." : "."))
                        + suspect.called(examination.livedBefore(suspect))
                        + suspect.memory(),
                suspect.isNative() || suspect.setting().isPresent()
                        ? suspect.setting()
                                        .orElse(
                                                "The library's documentation may say how to set the number of its threads.")
                                + " Close what is no longer used, and share what can be shared."
                        : "Give the work a bound: a pool of a fixed size with a queue, a semaphore, or virtual threads (JDK 21) for"
                                + " work that mostly waits. A cached pool has none: it makes a thread for each task that finds no"
                                + " idle one.",
                suspect.numbers(),
                suspect.subject());
    }
}
