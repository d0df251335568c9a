package io.clonetrace.report.json;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Writes maps, lists, texts, numbers, booleans and null as JSON (RFC 8259), indented. All of it is ASCII: what a name
 * may hold, half a surrogate pair too, is escaped, so that neither a parser nor a terminal stumbles.
 */
public final class Json {
    private static final String INDENT = "  ";

    /** Characters that are written at once: to write each alone costs more than to make it. */
    private static final int PIECE = 1 << 13;

    private final Appendable out;
    private final StringBuilder piece = new StringBuilder();

    private Json(Appendable out) {
        this.out = out;
    }

    /**
     * Writes a value and a line's end.
     *
     * @throws IOException if {@code out} does
     */
    public static void write(Object value, Appendable out) throws IOException {
        new Json(out).writeLine(value, "\n");
    }

    /**
     * Writes a value without line ends, and a line's end.
     *
     * @throws IOException if {@code out} does
     */
    public static void writeLine(Object value, Appendable out) throws IOException {
        new Json(out).writeLine(value, "");
    }

    private void writeLine(Object value, String line) throws IOException {
        value(value, line);
        piece.append('\n');
        flush();
    }

    private void flush() throws IOException {
        out.append(piece.toString());
        piece.setLength(0);
    }

    /** @param line the line's end and its indentation; empty for no line ends */
    private void value(Object value, String line) throws IOException {
        if (value instanceof Map<?, ?> map) {
            sequence('{', map.entrySet().iterator(), '}', line);
        } else if (value instanceof List<?> list) {
            sequence('[', list.iterator(), ']', line);
        } else if (value instanceof String text) {
            text(text);
        } else {
            piece.append(value);
        }
    }

    private void sequence(char open, Iterator<?> items, char close, String line) throws IOException {
        piece.append(open);
        String inner = line.isEmpty() ? "" : line + INDENT;
        String next = "," + inner;
        String separator = inner;
        boolean any = items.hasNext();
        while (items.hasNext()) {
            Object item = items.next();
            piece.append(separator);
            separator = next;
            if (item instanceof Map.Entry<?, ?> entry) {
                text(String.valueOf(entry.getKey()));
                piece.append(": ");
                value(entry.getValue(), inner);
            } else {
                value(item, inner);
            }
            if (piece.length() >= PIECE) {
                flush();
            }
        }
        piece.append(any ? line : "").append(close);
    }

    /** A text as JSON, or {@code null}. */
    public static String quoted(String text) {
        if (text == null) {
            return "null";
        }
        Json json = new Json(new StringBuilder());
        json.text(text);
        return json.piece.toString();
    }

    private void text(String text) {
        piece.append('"');
        int begin = 0;
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            boolean quoted = c == '"' || c == '\\';
            if (quoted || c < ' ' || c >= 0x7f) {
                piece.append(text, begin, index).append(quoted ? "\\" + c : String.format("\\u%04x", (int) c));
                begin = index + 1;
            }
        }
        piece.append(text, begin, text.length()).append('"');
    }
}
