package io.clonetrace.fleet.export;

import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan;
import io.clonetrace.report.text.PlainText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an export says at its end. */
public final class ExportSummary {
    private static final double MEGA = 1e6;

    /** A fleet may have thousands of files with a problem. */
    private static final int MOST_PRINTED = 5;

    private ExportSummary() {}

    /**
     * Prints it.
     *
     * @param recordings how many there are
     * @param problems of each file of which some part can't be read
     * @param seconds how long it took
     * @param to the folder of the tables
     */
    public static void print(
            int recordings,
            PartPlan plan,
            Map<String, List<String>> problems,
            long rows,
            double seconds,
            String to,
            PrintWriter err) {
        printFirst(
                problems.entrySet().stream()
                        .map(file -> file.getKey() + ": " + file.getValue().get(0))
                        .toList(),
                "files with problems: table problem",
                err);
        printFirst(
                plan.duplicates().entrySet().stream()
                        .map(file -> file.getKey() + " is a duplicate"
                                + (file.getValue() == null
                                        ? ": all of it has been exported before"
                                        : " of " + file.getValue()))
                        .toList(),
                "duplicates",
                err);
        err.printf(
                Locale.ROOT,
                "clonetrace: %,d recordings: %,d new parts of %,.1f MB, %,d rows in %.1f s; %s%n",
                recordings,
                plan.parts().size(),
                plan.parts().stream().mapToLong(Part::bytes).sum() / MEGA,
                rows,
                seconds,
                PlainText.clean(to));
    }

    private static void printFirst(List<String> lines, String what, PrintWriter err) {
        lines.stream().limit(MOST_PRINTED).forEach(line -> err.println("clonetrace: " + PlainText.clean(line)));
        if (lines.size() > MOST_PRINTED) {
            err.println("clonetrace: " + (lines.size() - MOST_PRINTED) + " more " + what);
        }
    }
}
