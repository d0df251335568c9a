package io.clonetrace.report.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.LimitUse;
import java.util.Comparator;
import java.util.List;

/** The limits on threads and how much of each is in use, the nearest first. */
final class LimitsText {
    private static final String ROW = "%-18.18s%16s%20s%8s  %s";
    private static final int SHOWN = 5;

    private final TerminalText out;

    LimitsText(TerminalText out) {
        this.out = out;
    }

    void print(List<Jvm> jvms) {
        List<LimitUse> known = jvms.stream()
                .flatMap(jvm -> jvm.limits().stream())
                .filter(LimitUse::isKnown)
                .sorted(Comparator.comparingDouble(LimitUse::share).reversed())
                .toList();
        out.blank();
        if (known.isEmpty()) {
            boolean recorded = jvms.stream().anyMatch(jvm -> jvm.records("clonetrace.ThreadLimit"));
            out.line(recorded ? "limits: none set" : "limits: not recorded");
            return;
        }
        out.row(ROW, "limits", "used", "of", "", "at this rate");
        known.stream()
                .limit(SHOWN)
                .forEach(limit -> out.row(
                        ROW,
                        PlainText.clean(limit.name()),
                        limit.amount(limit.used()),
                        limit.amount(limit.max()),
                        limit.percent(),
                        rate(limit)));
        if (known.size() > SHOWN) {
            out.line("and " + (known.size() - SHOWN) + " more");
        }
    }

    private static String rate(LimitUse limit) {
        if (limit.isReached()) {
            return "reached";
        }
        return limit.secondsLeft() < 0 ? "not growing" : "in " + Amounts.seconds(limit.secondsLeft());
    }
}
