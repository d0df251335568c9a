package io.clonetrace.report;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneProfile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A {@link RecordingSummary} as one paragraph of at most 80 columns: whose clones, with which flags. */
public final class ShortReport {
    private static final String INDENT = "  ";

    private final PrintWriter out;

    public ShortReport(PrintWriter out) {
        this.out = out;
    }

    /** Prints the paragraph of the recording in that file. */
    public void print(Path file, RecordingSummary summary) {
        Columns columns = new Columns(out);
        columns.wrapped("clonetrace: ", head(summary));
        columns.wrapped(INDENT, counted(summary, ShortReport::owner));
        columns.wrapped(INDENT, counted(summary, ShortReport::flags));
        for (RecordingSummary.SourceState source : summary.sources()) {
            if (source.reason() != null) {
                columns.wrapped(
                        INDENT,
                        Columns.clean(source.source() + ": " + source.state() + ", because " + source.reason()));
            }
        }
        columns.wrapped(INDENT, "recording: " + Columns.clean(file.toString()));
        out.flush();
    }

    private static String head(RecordingSummary summary) {
        String seen = "nothing of clonetrace was recorded";
        for (RecordingSummary.SourceState source : summary.sources()) {
            if (!source.source().equals("hook") && !source.state().equals("refused")) {
                String lost = source.lost() < 0 ? "not known how many" : Long.toString(source.lost());
                seen = source.seen() + " clone calls seen by " + Columns.clean(source.source()) + ", " + lost + " lost";
            }
        }
        return "pid " + summary.jvmPid() + ": " + seen;
    }

    private interface Naming {
        String of(CloneRow.Way way);
    }

    private static String owner(CloneRow.Way way) {
        return Columns.clean(way.owner()) + (way.error() == null ? "" : " refused with " + way.error());
    }

    private static String flags(CloneRow.Way way) {
        return way.flags() == CloneCall.UNKNOWN
                ? "with flags not observed"
                : "with 0x" + Long.toHexString(way.flags()) + profile(way.flags());
    }

    private static String profile(long flags) {
        return CloneProfile.named(flags)
                .map(profile -> " (" + profile.label() + ")")
                .orElse("");
    }

    private static String counted(RecordingSummary summary, Naming naming) {
        Map<String, Long> counts = new LinkedHashMap<>();
        summary.clones().rows().forEach(row -> counts.merge(naming.of(row.way()), row.count(), Long::sum));
        return counts.isEmpty()
                ? "no clone was observed"
                : counts.entrySet().stream()
                        .map(one -> one.getValue() + " " + one.getKey())
                        .collect(Collectors.joining(", "));
    }
}
