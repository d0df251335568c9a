package io.clonetrace.cli.top;

import io.clonetrace.live.Dimension;
import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.live.LiveThread;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.text.Ink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The live threads of a row. */
final class ThreadsPage implements Page {
    private static final int TID = 9;
    private static final int AGE = 9;
    private static final int CPU = 6;
    private static final int STACK = 10;
    private static final int KIND = 8;
    private static final double SECOND = 1e9;

    private final Dimension dimension;
    private final String value;
    private final Selection selection = new Selection();
    private Order order = Order.age;
    private int room = 1;
    private List<LiveThread> shown = List.of();

    /** What threads are sorted by. */
    private enum Order {
        age(Comparator.comparingLong(LiveThread::started)),
        cpu(Comparator.comparingDouble(thread -> -thread.cpu())),
        stack(Comparator.comparingLong(thread -> -thread.touched())),
        name(Comparator.comparing(LiveThread::name));

        private final Comparator<LiveThread> threads;

        Order(Comparator<LiveThread> threads) {
            this.threads = threads;
        }
    }

    ThreadsPage(Dimension dimension, String value) {
        this.dimension = dimension;
        this.value = value;
    }

    @Override
    public List<ScreenLine> draw(Canvas canvas, LiveSnapshot snapshot, int lines) {
        shown = snapshot.threads(dimension, value).stream()
                .sorted(order.threads.thenComparing(LiveThread::tid))
                .toList();
        room = Math.max(1, lines - 2);
        selection.fit(shown.stream().map(LiveThread::tid).toList(), room);
        List<ScreenLine> drawn = new ArrayList<>();
        drawn.add(canvas.line()
                .add(Ink.HEAD, Amounts.counted(shown.size(), "live thread"))
                .add("  " + dimension.heading() + " " + ScreenLine.visible(value)));
        drawn.add(canvas.line()
                .add(
                        Ink.FAINT,
                        Numbers.right("tid", TID) + Numbers.right("age", AGE) + Numbers.right("CPU", CPU)
                                + Numbers.right("stack", STACK) + "  kind")
                .to(TID + AGE + CPU + STACK + KIND)
                .add(Ink.FAINT, "  name"));
        for (int i = selection.top(); i < Math.min(shown.size(), selection.top() + room); i++) {
            LiveThread thread = shown.get(i);
            ScreenLine line = canvas.line()
                    .add(Numbers.right(Integer.toString(thread.tid()), TID))
                    .add(Numbers.right(Amounts.seconds(Math.max(0, (snapshot.at() - thread.started()) / SECOND)), AGE))
                    .add(Numbers.right(Numbers.cpu(thread.cpu()), CPU))
                    .add(Numbers.right(Numbers.size(thread.touched()), STACK))
                    .add("  " + thread.provenance().kind())
                    .to(TID + AGE + CPU + STACK + KIND)
                    .add("  " + ScreenLine.visible(thread.name()));
            drawn.add(i == selection.index() ? line.marked() : line);
        }
        if (shown.isEmpty()) {
            drawn.add(canvas.line().add(Ink.FAINT, "none is alive"));
        }
        return drawn;
    }

    @Override
    public Optional<Page> key(Key key) {
        if (selection.key(key, room)) {
            return Optional.of(this);
        }
        if (key.name() == Key.Name.ENTER) {
            return Optional.of(shown.isEmpty() ? this : new ThreadPage(shown.get(selection.index())));
        }
        if (key.is('s') || key.is('>') || key.is('<')) {
            int step = key.is('<') ? -1 : 1;
            order = Order.values()[Math.floorMod(order.ordinal() + step, Order.values().length)];
            return Optional.of(this);
        }
        return Optional.empty();
    }

    @Override
    public String keys() {
        return "Enter how it was created  s sort: " + order + "  Esc back  p pause  ? help  q quit";
    }

    @Override
    public boolean hasSummary() {
        return false;
    }
}
