package io.clonetrace.cli.top;

import io.clonetrace.live.Dimension;
import io.clonetrace.live.LiveLimit;
import io.clonetrace.live.LiveRow;
import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.text.Ink;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.report.text.TerminalText;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The head of the screen: the JVM, its limits, its threads by kind. */
final class Summary {
    private static final double SECOND = 1e9;
    private static final int LIMIT = 19;
    private static final int BAR = 16;
    private static final int FEW_LINES = 30;
    private static final double NEAR = 0.8;
    private static final int SHORTEST_NAME = 8;
    private static final int[] COLUMNS = {8, 9, 12, 11, 11, 9};

    private Summary() {}

    static ScreenLine title(Canvas canvas, String program, long pid, LiveSnapshot snapshot, String state) {
        String time = DateTimeFormatter.ISO_LOCAL_TIME.format(
                Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(snapshot.at()))
                        .atZone(ZoneId.systemDefault())
                        .truncatedTo(ChronoUnit.SECONDS));
        LiveRow total = snapshot.total();
        String facts = "up " + Amounts.seconds((snapshot.at() - snapshot.started()) / SECOND) + "  CPU "
                + Numbers.cpu(snapshot.cpu()) + "  " + threads(snapshot, total) + "  " + time;
        ScreenLine line = canvas.line().add(Ink.HEAD, "JVM " + pid + ' ');
        int room = line.left() - facts.length() - 2 - (state.isEmpty() ? 0 : state.length() + 2);
        line.addEnd(Ink.HEAD, program, Math.max(SHORTEST_NAME, room)).add("  ").add(facts);
        return state.isEmpty() ? line : line.add("  ").add(Ink.PROBLEM, state);
    }

    private static String threads(LiveSnapshot snapshot, LiveRow total) {
        return Amounts.counted(total.alive() + snapshot.pending(), "thread") + " ("
                + Amounts.change(total.growth() + snapshot.pending()) + ")";
    }

    static List<ScreenLine> lines(Canvas canvas, LiveSnapshot snapshot) {
        List<ScreenLine> lines = new ArrayList<>();
        snapshot.limits().stream()
                .sorted(Comparator.comparingDouble(Summary::soon))
                .limit(canvas.height() < FEW_LINES ? 2 : 4)
                .map(limit -> limit(canvas, limit))
                .forEach(lines::add);
        ScreenLine head = canvas.line();
        head.add(Ink.FAINT, "kind    ");
        String[] heads = {"alive", "growth", "started/s", "ended/s", "stack", "CPU"};
        for (int i = 0; i < heads.length; i++) {
            head.add(Ink.FAINT, Numbers.right(heads[i], COLUMNS[i]));
        }
        lines.add(head);
        snapshot.rows(Dimension.KIND).stream()
                .filter(LiveRow::isAnything)
                .sorted(Comparator.comparingLong(row -> -row.alive()))
                .map(row -> kind(canvas, row))
                .forEach(lines::add);
        for (String note : notes(snapshot)) {
            TerminalText.lines(PlainText.clean(note), canvas.width())
                    .forEach(line -> lines.add(canvas.line().add(Ink.WARNING, line)));
        }
        return lines;
    }

    /** What is near comes first: by the time left where it grows, then by its share. */
    private static double soon(LiveLimit limit) {
        double hour = TimeUnit.HOURS.toSeconds(1);
        return limit.secondsLeft() >= 0 && limit.secondsLeft() < hour ? limit.secondsLeft() : hour + 1 - limit.share();
    }

    private static ScreenLine limit(Canvas canvas, LiveLimit limit) {
        ScreenLine line = canvas.line().add(limit.name()).to(LIMIT);
        line.add(limit.share() > NEAR ? Ink.PROBLEM : Ink.NOTE, canvas.bar(limit.share(), BAR));
        line.add("  " + amount(limit, limit.used()) + " of " + amount(limit, limit.max()) + "  "
                + Amounts.percent(limit.share()));
        // A thread more in the minute that is looked at: no trend.
        return limit.secondsLeft() < 0 || limit.secondsLeft() > TimeUnit.DAYS.toSeconds(1)
                ? line
                : line.add("  ").add(Ink.WARNING, "full in " + Amounts.seconds(limit.secondsLeft()));
    }

    static String amount(LiveLimit limit, long number) {
        return limit.bytes() ? Amounts.size(number) : Amounts.count(number);
    }

    private static ScreenLine kind(Canvas canvas, LiveRow row) {
        String[] cells = {
            Numbers.count(row.alive(), COLUMNS[0]),
            Numbers.change(row.growth(), COLUMNS[1]),
            Numbers.rate(row.perSecond(), COLUMNS[2]),
            Numbers.rate(row.endedPerSecond(), COLUMNS[3]),
            Numbers.stack(row),
            Numbers.cpu(row.cpu())
        };
        ScreenLine line = canvas.line().add(row.value()).to(8);
        for (int i = 0; i < cells.length; i++) {
            line.add(Numbers.right(cells[i], COLUMNS[i]));
        }
        return line;
    }

    /** What went wrong, or is missing, in a line each. */
    static List<String> notes(LiveSnapshot snapshot) {
        List<String> notes = new ArrayList<>();
        snapshot.failedStarts()
                .forEach((limit, count) -> notes.add(Amounts.counted(count, "start") + " of threads failed: " + limit));
        if (snapshot.refusedClones() > 0) {
            notes.add(Amounts.counted(snapshot.refusedClones(), "clone call") + " refused by the kernel");
        }
        notes.addAll(snapshot.notices());
        return notes;
    }
}
