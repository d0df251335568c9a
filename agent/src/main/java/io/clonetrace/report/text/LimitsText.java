package io.clonetrace.report.text;

import static io.clonetrace.report.text.TextTable.number;
import static io.clonetrace.report.text.TextTable.text;

import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.LimitUse;
import java.util.Comparator;
import java.util.List;

/** The limits on threads, how much of each is in use, and when it is reached at this rate: the nearest first. */
final class LimitsText {
    private static final int SHOWN = 5;
    private static final double HOUR = 3_600;

    private final TerminalText out;

    LimitsText(TerminalText out) {
        this.out = out;
    }

    /** A limit of one JVM. */
    private record Limit(Jvm jvm, LimitUse use) {
        double secondsLeft() {
            return Rules.secondsLeft(jvm, use);
        }

        /** Seconds until it is reached, if that is before an hour is over. */
        double soon() {
            double left = secondsLeft();
            return use.isReached() ? 0 : left >= 0 && left < HOUR ? left : HOUR;
        }
    }

    void print(List<Jvm> jvms) {
        List<Limit> known = jvms.stream()
                .flatMap(jvm -> jvm.limits().stream().map(use -> new Limit(jvm, use)))
                .filter(limit -> limit.use.isKnown())
                .sorted(Comparator.comparingDouble(Limit::soon)
                        .thenComparing(limit -> limit.use.share(), Comparator.reverseOrder()))
                .toList();
        out.blank();
        if (known.isEmpty()) {
            boolean recorded = jvms.stream().anyMatch(jvm -> jvm.records("clonetrace.ThreadLimit"));
            out.line(recorded ? "limits: none set" : "limits: not recorded");
            return;
        }
        TextTable table = new TextTable(
                out,
                jvms.size() == 1 ? null : "JVM",
                text("limit"),
                number("used"),
                number("of"),
                number(""),
                number("time left"));
        for (Limit limit : known.subList(0, Math.min(SHOWN, known.size()))) {
            LimitUse use = limit.use;
            TextTable.Row row = table.row(
                    use.name(), amount(use, use.used()), amount(use, use.max()), use.percent(), timeLeft(limit));
            if (jvms.size() > 1) {
                row.text(JvmLabel.of(limit.jvm.name()));
            }
        }
        table.print();
        if (known.size() > SHOWN) {
            out.line("and " + Amounts.count(known.size() - SHOWN) + " more");
        }
    }

    private static String amount(LimitUse use, long number) {
        return use.isInBytes() ? Amounts.size(number) : Amounts.count(number);
    }

    private static String timeLeft(Limit limit) {
        if (limit.use.isReached()) {
            return "reached";
        }
        double left = limit.secondsLeft();
        if (left >= 0) {
            return Amounts.seconds(left);
        }
        return limit.use.isOfMachine() ? "-" : limit.use.isReadOnce() ? "read once" : "not growing";
    }
}
