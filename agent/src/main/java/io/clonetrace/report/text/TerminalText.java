package io.clonetrace.report.text;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Text that is as wide as the terminal: lines, and paragraphs. {@link TextTable} prints tables by it. */
public final class TerminalText {
    /** Longer lines of prose are hard to read, however wide the terminal is. */
    private static final int WIDEST_PROSE = 110;

    /** Where a word that is longer than a line is broken, rather there than elsewhere: in class names, paths, flags. */
    private static final String[] JOINTS = {"./|,", ":$-_"};

    private final PrintWriter out;
    private final TextLayout layout;

    /** Of 80 columns, without colour. */
    public TerminalText(PrintWriter out) {
        this(out, TextLayout.PLAIN);
    }

    public TerminalText(PrintWriter out, TextLayout layout) {
        this.out = out;
        this.layout = layout;
    }

    public void line(String text) {
        out.println(text);
    }

    /** The width that a line may have. */
    int columns() {
        return layout.columns();
    }

    public void blank() {
        out.println();
    }

    public void flush() {
        out.flush();
    }

    /** The text in a colour, if there are colours here. */
    String paint(Ink ink, String text) {
        return layout.colour() ? ink.paint(text) : text;
    }

    /** A label, and beside it words that are broken at the terminal's width, within a word if it is longer. */
    public void wrapped(String label, String words) {
        wrapped(Ink.NONE, label, words);
    }

    /** The same with a label in a colour. */
    public void wrapped(Ink ink, String label, String words) {
        int indent = PlainText.columns(label);
        String begin = paint(ink, label);
        for (String line : lines(words, Math.min(columns(), WIDEST_PROSE) - indent)) {
            out.println((begin + line).stripTrailing());
            begin = " ".repeat(indent);
        }
    }

    /** The same with room for longer labels: the words of a list are in one column. */
    public void item(String label, int labelWidth, String words) {
        int gap = Math.max(label.isEmpty() ? 0 : 1, labelWidth - label.length());
        String indent = label + " ".repeat(gap);
        for (String line : lines(words, Math.min(columns(), WIDEST_PROSE) - labelWidth)) {
            out.println(indent + line);
            indent = " ".repeat(labelWidth);
        }
    }

    /** Words in lines of at most so many columns. */
    public static List<String> lines(String words, int columns) {
        int width = Math.max(1, columns);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int used = 0;
        for (String word : words.split(" ")) {
            String rest = word;
            int wide = PlainText.columns(rest);
            if (!line.isEmpty() && used + 1 + wide > width) {
                lines.add(line.toString());
                line = new StringBuilder();
                used = 0;
            }
            for (; wide > width; wide = PlainText.columns(rest)) {
                String part = part(rest, width);
                lines.add(part);
                rest = rest.substring(part.length());
            }
            used += wide + (line.isEmpty() ? 0 : 1);
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }

    /** As much of a long word as fits into a line: up to a joint, unless that is in its first half. */
    private static String part(String word, int width) {
        String fits = PlainText.fit(word, width);
        if (fits.isEmpty()) {
            return word.substring(0, word.offsetByCodePoints(0, 1));
        }
        for (String joints : JOINTS) {
            for (int end = fits.length(); end > fits.length() / 2; end--) {
                if (joints.indexOf(fits.charAt(end - 1)) >= 0) {
                    return fits.substring(0, end);
                }
            }
        }
        return fits;
    }
}
