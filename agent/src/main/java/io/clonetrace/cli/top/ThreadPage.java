package io.clonetrace.cli.top;

import io.clonetrace.live.Creation;
import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.live.LiveThread;
import io.clonetrace.live.Provenance;
import io.clonetrace.report.model.Amounts;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.text.Ink;
import io.clonetrace.report.text.TerminalText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How a thread was created. */
final class ThreadPage implements Page {
    private static final int LABEL = 16;

    private final LiveThread first;
    private int from;
    private int lines;
    private int room = 1;

    ThreadPage(LiveThread thread) {
        this.first = thread;
    }

    @Override
    public List<ScreenLine> draw(Canvas canvas, LiveSnapshot snapshot, int height) {
        Optional<LiveThread> now = snapshot.threads().stream()
                .filter(thread -> thread.tid() == first.tid() && thread.started() == first.started())
                .findFirst();
        List<ScreenLine> all = new ArrayList<>();
        LiveThread thread = now.orElse(first);
        field(canvas, all, "thread", ScreenLine.visible(thread.name()) + (now.isPresent() ? "" : "  (has ended)"));
        field(canvas, all, "tid", Integer.toString(thread.tid()));
        field(canvas, all, "kind", thread.provenance().kind());
        field(
                canvas,
                all,
                "started",
                Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(thread.started()))
                        .toString());
        field(
                canvas,
                all,
                "stack",
                thread.reserved() < 0
                        ? "not measured"
                        : Amounts.size(thread.reserved()) + " reserved, " + Amounts.size(thread.touched())
                                + " touched");
        field(canvas, all, "CPU", Numbers.cpu(thread.cpu()));
        if (thread.creation() == null) {
            field(canvas, all, "created", missing(thread));
        } else {
            creation(canvas, all, thread.creation());
        }
        lines = all.size();
        room = height;
        from = Math.max(0, Math.min(from, lines - room));
        return all.subList(from, Math.min(lines, from + room));
    }

    private static String missing(LiveThread thread) {
        return thread.provenance().site().equals(Provenance.EARLIER)
                ? "before this command looked: not seen"
                : "not seen";
    }

    private static void creation(Canvas canvas, List<ScreenLine> all, Creation creation) {
        Provenance provenance = creation.provenance();
        field(canvas, all, "Java thread id", creation.javaId() < 0 ? "-" : Long.toString(creation.javaId()));
        field(canvas, all, "created by", creation.creator() == null ? "-" : "thread " + creation.creator());
        field(canvas, all, "created at", provenance.site());
        field(canvas, all, "native library", provenance.library());
        field(canvas, all, "class loader", provenance.loader());
        field(
                canvas,
                all,
                "system call",
                creation.syscall() == null ? "not observed" : creation.syscall() + ", seen by " + creation.source());
        field(
                canvas,
                all,
                "flags",
                creation.flags() == null ? "not observed" : creation.flags().replace('|', ' '));
        all.add(canvas.line().add(Ink.HEAD, creation.trace() == null ? "no stack trace was recorded" : "stack trace"));
        if (creation.trace() != null) {
            for (Frame frame : creation.trace().of(one -> !one.isOurs())) {
                all.add(canvas.line().add(frame.jdk() ? Ink.FAINT : Ink.NONE, "  at " + frame));
            }
            if (creation.trace().truncated()) {
                all.add(canvas.line().add(Ink.FAINT, "  ... further frames were not recorded"));
            }
        }
    }

    private static void field(Canvas canvas, List<ScreenLine> all, String label, String text) {
        String begin = label;
        for (String line : TerminalText.lines(text, Math.max(LABEL, canvas.width() - LABEL))) {
            all.add(canvas.line().add(Ink.HEAD, begin).to(LABEL).add(line));
            begin = " ";
        }
    }

    @Override
    public Optional<Page> key(Key key) {
        switch (key.name()) {
            case UP -> from--;
            case DOWN -> from++;
            case PAGE_UP -> from -= room;
            case PAGE_DOWN -> from += room;
            case HOME -> from = 0;
            case END -> from = lines;
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(this);
    }

    @Override
    public String keys() {
        return "arrow keys scroll  Esc back  ? help  q quit";
    }

    @Override
    public boolean hasSummary() {
        return false;
    }
}
