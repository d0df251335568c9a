package io.clonetrace.cli.top;

import io.clonetrace.report.text.Ink;
import io.clonetrace.report.text.PlainText;
import java.util.ArrayList;
import java.util.List;

/** A line of the screen: texts in colours, cut at its width. Texts may be hostile: they are cleaned. */
final class ScreenLine {
    private static final String CUT = "..";

    private final int width;
    private final List<Part> parts = new ArrayList<>();
    private int used;

    private record Part(Ink ink, String text) {}

    ScreenLine(int width) {
        this.width = width;
    }

    /** Adds a text; what doesn't fit is left out. */
    ScreenLine add(Ink ink, String text) {
        String fits = PlainText.fit(text, width - used);
        if (!fits.isEmpty()) {
            parts.add(new Part(ink, fits));
            used += PlainText.columns(fits);
        }
        return this;
    }

    ScreenLine add(String text) {
        return add(Ink.NONE, text);
    }

    /** Adds a text of which the end tells more than the begin: what doesn't fit is left out at its begin. */
    ScreenLine addEnd(Ink ink, String text, int columns) {
        int room = Math.min(columns, width - used);
        String clean = PlainText.clean(text);
        int wide = PlainText.columns(clean);
        if (wide <= room) {
            return add(ink, clean);
        }
        int from = 0;
        while (wide > room - CUT.length() && from < clean.length()) {
            String one = Character.toString(clean.codePointAt(from));
            wide -= PlainText.columns(one);
            from += one.length();
        }
        return from < clean.length() ? add(ink, CUT + clean.substring(from)) : this;
    }

    /** A name; blanks alone would look like nothing. */
    static String visible(String name) {
        return name.isBlank() ? "(blank)" : name;
    }

    ScreenLine addEnd(String text) {
        return addEnd(Ink.NONE, text, width);
    }

    /** Adds blanks up to that column, at least one if something is there. */
    ScreenLine to(int column) {
        return add(" ".repeat(Math.max(used > 0 ? 1 : 0, column - used)));
    }

    /** How many columns are left. */
    int left() {
        return width - used;
    }

    /** Without colours. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.text()));
        return text.toString().stripTrailing();
    }

    /** For a terminal. What is selected is in reverse video, which is no colour. */
    String painted(boolean colour) {
        StringBuilder text = new StringBuilder();
        parts.forEach(part ->
                text.append(colour || part.ink() == Ink.SELECTED ? part.ink().paint(part.text()) : part.text()));
        return text.toString();
    }

    /** The whole width in one colour, as a bar that marks the line. */
    ScreenLine marked() {
        ScreenLine bar = new ScreenLine(width);
        String text = toString();
        bar.add(Ink.SELECTED, text + " ".repeat(Math.max(0, width - PlainText.columns(text))));
        return bar;
    }
}
