package io.clonetrace.report.text;

import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.Fleet;
import io.clonetrace.report.model.Jvm;
import java.util.List;
import java.util.stream.LongStream;

/** One line: which JVM, or how many, and when. */
final class HeadText {
    private final TerminalText out;

    HeadText(TerminalText out) {
        this.out = out;
    }

    void print(Fleet fleet) {
        List<Jvm> jvms = fleet.jvms();
        if (jvms.isEmpty()) {
            long calls = fleet.programs().calls();
            out.wrapped(
                    "",
                    Amounts.count(calls) + (calls == 1 ? " call" : " calls") + " in traces of programs, no recording");
            return;
        }
        String who = jvms.size() == 1
                ? JvmLabel.of(jvms.get(0).name())
                : Amounts.count(jvms.size()) + " JVMs in " + Amounts.counted(fleet.files(), "recording");
        long from = times(jvms.stream().mapToLong(Jvm::from)).min().orElse(-1);
        long to = times(jvms.stream().mapToLong(Jvm::to)).max().orElse(-1);
        out.wrapped(
                "",
                who + ", "
                        + (to < 0
                                ? "time not recorded"
                                : JvmLabel.time(from) + " UTC, for " + JvmLabel.duration(from, to)));
    }

    private static LongStream times(LongStream times) {
        return times.filter(time -> time > 0);
    }
}
