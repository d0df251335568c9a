package io.clonetrace.report.finding;

import static io.clonetrace.report.model.Amounts.count;
import static io.clonetrace.report.model.Amounts.seconds;

import io.clonetrace.report.finding.LiveCurve.Growth;
import io.clonetrace.report.finding.Suspect.Cause;
import io.clonetrace.report.model.Jvm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Threads that are started and don't end: there are more and more; or they were started one after another, though not
 * on to the end; or the same threads were started a second time.
 */
final class ThreadLeak implements Rule {
    @Override
    public String name() {
        return "thread-leak";
    }

    @Override
    public String description() {
        return "Threads are started that do not end.";
    }

    @Override
    public List<Finding> findings(Jvm jvm) {
        Examination examination = Examination.of(jvm);
        List<Finding> found = new ArrayList<>();
        for (Suspect suspect : examination.suspects()) {
            if (suspect.cause() == Cause.GROWTH
                    || suspect.cause() == Cause.STOPPED_LEAK
                    || suspect.cause() == Cause.WAVES) {
                found.add(finding(examination, suspect));
            }
        }
        return found;
    }

    private Finding finding(Examination examination, Suspect suspect) {
        Outlook outlook = Outlook.of(examination, suspect);
        Map<String, Long> numbers = new HashMap<>(suspect.numbers());
        numbers.putAll(outlook.numbers());
        return new Finding(
                name(),
                outlook.isProblem() || suspect.isProblem() ? Severity.PROBLEM : Severity.WARNING,
                summary(suspect),
                course(examination, suspect)
                        + suspect.called(examination.livedBefore(suspect))
                        + suspect.callers()
                        + suspect.memory()
                        + outlook.text(),
                advice(suspect),
                Map.copyOf(numbers),
                suspect.subject());
    }

    private static String summary(Suspect suspect) {
        LiveCurve curve = suspect.curve();
        if (suspect.creator().isEmpty()) {
            return "Possible leak: " + count(curve.alive()) + " threads " + suspect.named()
                    + " were started "
                    + (suspect.cause() == Cause.WAVES ? "more than once" : "one after another")
                    + (curve.isBefore() ? " before the recording" : "")
                    + " and are alive.";
        }
        return switch (suspect.cause()) {
            case WAVES ->
                "Possible leak: " + suspect.who() + " started threads again while the earlier ones are alive.";
            case GROWTH ->
                "Possible leak: " + suspect.who() + " started " + count(curve.created()) + " threads in "
                        + seconds(curve.secondsToTheEnd()) + "; " + suspect.fate()
                        + ".";
            default ->
                "Possible leak: " + suspect.who() + " started " + count(curve.created()) + " threads in "
                        + seconds(curve.seconds()) + "; " + suspect.fate() + ".";
        };
    }

    /** What the number of live threads did. */
    private static String course(Examination examination, Suspect suspect) {
        LiveCurve curve = suspect.curve();
        return switch (suspect.cause()) {
            case GROWTH -> {
                Growth growth = suspect.growth().orElseThrow();
                yield "The number of live threads grew by " + Suspect.rate(growth.perSecond()) + " for "
                        + seconds(growth.seconds()) + ", up to the end of the recording.";
            }
            case WAVES -> {
                Waves waves = Waves.of(suspect.threads());
                yield count(waves.count()) + " bursts of " + count(waves.first())
                        + " or so threads, a second or more apart; " + count(curve.alive()) + " are alive.";
            }
            default ->
                "They came one after another, " + Suspect.rate(curve.alive() / Math.max(1, curve.seconds()))
                        + ", the last "
                        + seconds((examination.jvm().to() - curve.last()) / 1e9) + " before the end of the recording.";
        };
    }

    private static String advice(Suspect suspect) {
        return switch (suspect.cause()) {
            case WAVES -> "Stop what was started before it is started again: on a reload, a reconnect, a redeploy.";
            default ->
                suspect.isNative()
                        ? "Native code ends these threads when what made them is closed: in Java, close the object that"
                                + " wraps it (a session, a database, an environment), or create one for all calls."
                                + suspect.setting().map(" "::concat).orElse("")
                        : suspect.isPool()
                                ? "If it is one pool, see what its threads wait for (jcmd PID Thread.print), and give it a bound,"
                                        + " behind which further work waits or is refused. If each call creates a pool or a client,"
                                        + " create one for all calls, or close each after its use."
                                : "See that each of these threads ends, or have a pool with a bound do the work.";
        };
    }
}
