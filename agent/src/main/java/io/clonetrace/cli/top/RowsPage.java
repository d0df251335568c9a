package io.clonetrace.cli.top;

import io.clonetrace.live.Dimension;
import io.clonetrace.live.LiveRow;
import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.report.text.Ink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The table of threads by call site, name, library, kind or class loader. */
final class RowsPage implements Page {
    private static final int[] COLUMNS = {8, 7, 7, 8, 9, 6};

    private final Selection selection = new Selection();
    private Dimension dimension;
    private RowOrder order;
    private boolean reversed;
    private final StringBuilder filter = new StringBuilder();
    private boolean typing;
    private int room = 1;
    private List<LiveRow> shown = List.of();

    RowsPage(Dimension dimension, RowOrder order, String filter) {
        this.dimension = dimension;
        this.order = order;
        this.filter.append(filter);
    }

    /** The rows in order, as far as the filter lets them through; those without anything to say are left out. */
    static List<LiveRow> rows(LiveSnapshot snapshot, Dimension by, RowOrder order, boolean reversed, String filter) {
        String wanted = filter.toLowerCase(Locale.ROOT);
        Comparator<LiveRow> rows = reversed ? order.rows().reversed() : order.rows();
        return snapshot.rows(by).stream()
                .filter(LiveRow::isAnything)
                .filter(row -> row.value().toLowerCase(Locale.ROOT).contains(wanted))
                .sorted(rows)
                .toList();
    }

    @Override
    public List<ScreenLine> draw(Canvas canvas, LiveSnapshot snapshot, int lines) {
        shown = rows(snapshot, dimension, order, reversed, filter.toString());
        // On a low screen the rows come first.
        boolean withTables = lines > 2;
        boolean withHead = lines > 1;
        room = Math.max(1, lines - (withTables ? 1 : 0) - (withHead ? 1 : 0));
        selection.fit(shown.stream().map(LiveRow::value).toList(), room);
        List<ScreenLine> drawn = new ArrayList<>();
        if (withTables) {
            drawn.add(tables(canvas));
        }
        if (withHead) {
            drawn.add(head(canvas, dimension, order, reversed));
        }
        for (int i = selection.top(); i < Math.min(shown.size(), selection.top() + room); i++) {
            ScreenLine line = line(canvas.line(), shown.get(i));
            drawn.add(i == selection.index() ? line.marked() : line);
        }
        if (shown.isEmpty()) {
            drawn.add(canvas.line().add(Ink.FAINT, filter.isEmpty() ? "no threads" : "nothing matches the filter"));
        }
        return drawn;
    }

    /** The tables' names, that of this one marked; the filter. */
    private ScreenLine tables(Canvas canvas) {
        ScreenLine line = canvas.line();
        if (typing || !filter.isEmpty()) {
            return line.add(Ink.HEAD, dimension.heading()).add("  filter: " + filter + (typing ? "_" : ""));
        }
        for (Dimension one : Dimension.values()) {
            line.add(Integer.toString(one.ordinal() + 1) + ' ')
                    .add(one == dimension ? Ink.SELECTED : Ink.FAINT, one.heading())
                    .add("  ");
        }
        return line;
    }

    /** The headings, that of the column by which rows are sorted marked. */
    static ScreenLine head(Canvas canvas, Dimension dimension, RowOrder order, boolean reversed) {
        ScreenLine line = canvas.line();
        for (RowOrder one : RowOrder.values()) {
            boolean last = one == RowOrder.value;
            String heading = last ? dimension.heading() : one.heading();
            String marked = one == order ? marked(heading, canvas.unicode(), reversed) : heading;
            line.add(
                    one == order ? Ink.HEAD : Ink.FAINT,
                    last ? "  " + marked : Numbers.right(marked, COLUMNS[one.ordinal()]));
        }
        return line;
    }

    private static String marked(String heading, boolean unicode, boolean reversed) {
        return unicode ? heading + (reversed ? '\u2191' : '\u2193') : heading.toUpperCase(Locale.ROOT);
    }

    /**
     * A row's numbers and its value, which is cut at its begin if it is too long: the end of a call site tells more.
     */
    static ScreenLine line(ScreenLine line, LiveRow row) {
        String[] cells = {
            Numbers.count(row.created(), COLUMNS[0]),
            Numbers.rate(row.perSecond(), COLUMNS[1]),
            Numbers.count(row.alive(), COLUMNS[2]),
            Numbers.change(row.growth(), COLUMNS[3]),
            Numbers.stack(row),
            Numbers.cpu(row.cpu())
        };
        for (int i = 0; i < cells.length; i++) {
            line.add(
                    row.growth() > 0 && i == RowOrder.growth.ordinal() ? Ink.WARNING : Ink.NONE,
                    Numbers.right(cells[i], COLUMNS[i]));
        }
        return line.add("  ").addEnd(ScreenLine.visible(row.value()));
    }

    @Override
    public Optional<Page> key(Key key) {
        if (typing) {
            type(key);
            return Optional.of(this);
        }
        if (selection.key(key, room)) {
            return Optional.of(this);
        }
        switch (key.name()) {
            case ENTER -> {
                return Optional.of(
                        shown.isEmpty()
                                ? this
                                : new ThreadsPage(
                                        dimension, shown.get(selection.index()).value()));
            }
            case TAB -> dimension = dimension.next();
            case RIGHT -> order = order.next(1);
            case LEFT -> order = order.next(-1);
            case CHARACTER -> {
                return character(key.character()) ? Optional.of(this) : Optional.empty();
            }
            case ESCAPE, BACKSPACE -> {
                if (filter.isEmpty()) {
                    return Optional.empty();
                }
                filter.setLength(0);
            }
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(this);
    }

    private boolean character(char c) {
        int table = c - '1';
        if (table >= 0 && table < Dimension.values().length) {
            dimension = Dimension.values()[table];
            return true;
        }
        switch (c) {
            case '/' -> typing = true;
            case 's', '>' -> order = order.next(1);
            case '<' -> order = order.next(-1);
            case 'r' -> reversed = !reversed;
            default -> {
                return false;
            }
        }
        return true;
    }

    private void type(Key key) {
        switch (key.name()) {
            case CHARACTER -> filter.append(key.character());
            case BACKSPACE -> filter.setLength(Math.max(0, filter.length() - 1));
            case ENTER -> typing = false;
            case ESCAPE -> {
                filter.setLength(0);
                typing = false;
            }
            default -> {
                // Has no meaning in a text.
            }
        }
    }

    @Override
    public boolean takesText() {
        return typing;
    }

    @Override
    public String keys() {
        return typing
                ? "type a part of the name   Enter done   Esc no filter"
                : "Enter threads  Tab table  < > sort  / filter  p pause  ? help  q quit";
    }
}
