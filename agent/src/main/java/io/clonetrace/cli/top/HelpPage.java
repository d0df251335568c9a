package io.clonetrace.cli.top;

import io.clonetrace.live.LiveSnapshot;
import java.util.List;
import java.util.Optional;

/** The keys and the columns. */
final class HelpPage implements Page {
    private static final List<String> TEXT = List.of(
            "Tab, 1 to 5   by call site, name, native library, kind, class loader",
            "up, down      select a row; PgUp, PgDn, Home, End too",
            "Enter         the threads of a row; of a thread, how it was created",
            "Esc           back; removes the filter",
            "< > s         sort by another column; r reverses",
            "/             show only rows whose name contains a text",
            "p, blank      pause, continue",
            "?  q          this page; quit; Ctrl-Z stops, and fg goes on",
            "",
            "created       threads created since this command began; /s lately",
            "alive growth  live threads; more or fewer than when it began",
            "stack         memory that their stacks hold; > if not all were measured",
            "CPU           of one processor; above 100% for several",
            "(already running)   created before; their creator is not known",
            "-             not observed, or does not apply",
            "",
            "full in       when a limit is reached if this JVM goes on as in the last minute");

    private int from;

    @Override
    public List<ScreenLine> draw(Canvas canvas, LiveSnapshot snapshot, int room) {
        from = Math.max(0, Math.min(from, TEXT.size() - room));
        return TEXT.stream()
                .skip(from)
                .limit(room)
                .map(text -> canvas.line().add(text))
                .toList();
    }

    @Override
    public Optional<Page> key(Key key) {
        switch (key.name()) {
            case UP -> from--;
            case DOWN -> from++;
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(this);
    }

    @Override
    public String keys() {
        return "Esc back  q quit";
    }

    @Override
    public boolean hasSummary() {
        return false;
    }
}
