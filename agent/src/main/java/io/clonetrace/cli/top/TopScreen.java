package io.clonetrace.cli.top;

import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.report.text.Ink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** What is on the screen, and what keys do to it. Knows no terminal. Confined to one thread. */
final class TopScreen {
    private final String program;
    private final long pid;
    private final Deque<Page> pages = new ArrayDeque<>();
    private LiveSnapshot latest;
    private LiveSnapshot shown;
    private boolean paused;
    private String end = "";

    TopScreen(String program, long pid, Page first) {
        this.program = program;
        this.pid = pid;
        pages.push(first);
    }

    /** Takes in what is to be shown, unless it is paused. */
    void update(LiveSnapshot snapshot) {
        latest = snapshot;
        if (!paused) {
            shown = snapshot;
        }
    }

    /** The JVM has ended: what was shown last stays. */
    void ended(String why) {
        end = why;
    }

    /** Takes a key; false to quit. */
    boolean key(Key key) {
        if (key.name() == Key.Name.INTERRUPT) {
            return false;
        }
        Optional<Page> next = pages.peek().key(key);
        if (next.isPresent()) {
            if (next.get() != pages.peek()) {
                pages.push(next.get());
            }
            return true;
        }
        return key.name() == Key.Name.CHARACTER ? character(key.character()) : back(key);
    }

    private boolean character(char c) {
        switch (c) {
            case 'q' -> {
                return false;
            }
            case '?', 'h' -> {
                if (!(pages.peek() instanceof HelpPage)) {
                    pages.push(new HelpPage());
                }
            }
            case 'p', ' ' -> {
                paused = !paused;
                shown = latest;
            }
            default -> {
                // Has no meaning.
            }
        }
        return true;
    }

    private boolean back(Key key) {
        boolean leaves =
                key.name() == Key.Name.ESCAPE || key.name() == Key.Name.BACKSPACE || key.name() == Key.Name.LEFT;
        if (leaves && pages.size() > 1) {
            pages.pop();
        }
        return true;
    }

    /** As many lines as the canvas is high. */
    List<ScreenLine> draw(Canvas canvas) {
        Page page = pages.peek();
        List<ScreenLine> lines = new ArrayList<>();
        lines.add(Summary.title(canvas, program, pid, shown, end.isEmpty() ? paused ? "PAUSED" : "" : "ENDED"));
        if (page.hasSummary()) {
            lines.addAll(Summary.lines(canvas, shown));
            // The table is what one looks for: a long head leaves it some lines.
            while (lines.size() > canvas.height() / 2) {
                lines.remove(lines.size() - 1);
            }
        }
        lines.addAll(page.draw(canvas, shown, Math.max(0, canvas.height() - lines.size() - 1)));
        while (lines.size() < canvas.height() - 1) {
            lines.add(canvas.line());
        }
        while (lines.size() >= canvas.height() && !lines.isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        lines.add(canvas.line()
                .add(end.isEmpty() ? Ink.FAINT : Ink.PROBLEM, end.isEmpty() ? page.keys() : end + "; q quits"));
        return lines;
    }
}
