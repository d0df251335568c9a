package io.clonetrace.cli.top;

import io.clonetrace.live.LiveRow;
import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.report.json.Json;
import io.clonetrace.report.text.Ink;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Prints snapshots one after another: blocks of lines, as {@code top -b} does, or an object a line. */
final class BlockPrinter {
    private static final int ALL_LIMITS = 100;

    private final PrintWriter out;
    private final TopOptions options;
    private final Canvas canvas;

    BlockPrinter(PrintWriter out, TopOptions options, int width) {
        this.out = out;
        this.options = options;
        this.canvas = new Canvas(width, ALL_LIMITS, false);
    }

    /** @throws IOException if it can't be written */
    void print(String program, long pid, LiveSnapshot snapshot) throws IOException {
        List<LiveRow> rows = RowsPage.rows(snapshot, options.by, options.order, false, options.filter);
        if (options.json) {
            Json.writeLine(LiveJson.of(program, pid, snapshot, options.by, rows), out);
        } else {
            block(program, pid, snapshot, rows);
        }
        out.flush();
    }

    private void block(String program, long pid, LiveSnapshot snapshot, List<LiveRow> rows) {
        out.println(Summary.title(canvas, program, pid, snapshot, ""));
        Summary.lines(canvas, snapshot).forEach(out::println);
        out.println();
        out.println(RowsPage.head(canvas, options.by, options.order, false));
        rows.stream().limit(options.rows).forEach(row -> out.println(RowsPage.line(canvas.line(), row)));
        if (rows.size() > options.rows) {
            out.println(canvas.line().add(Ink.FAINT, "and " + (rows.size() - options.rows) + " more rows"));
        }
        out.println();
    }
}
