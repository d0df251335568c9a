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

    private final Appendable out;

    private Json(Appendable out) {
        this.out = out;
    }

    /**
     * Writes a value and a line's end.
     *
     * @throws IOException if {@code out} does
     */
    public static void write(Object value, Appendable out) throws IOException {
        new Json(out).value(value, "\n");
        out.append('\n');
    }

    /**
     * Writes a value without line ends, and a line's end.
     *
     * @throws IOException if {@code out} does
     */
    public static void writeLine(Object value, Appendable out) throws IOException {
        new Json(out).value(value, "");
        out.append('\n');
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
            out.append(String.valueOf(value));
        }
    }

    private void sequence(char open, Iterator<?> items, char close, String line) throws IOException {
        out.append(open);
        String inner = line.isEmpty() ? "" : line + INDENT;
        String separator = "";
        boolean any = items.hasNext();
        while (items.hasNext()) {
            Object item = items.next();
            out.append(separator).append(inner);
            separator = ",";
            if (item instanceof Map.Entry<?, ?> entry) {
                text(String.valueOf(entry.getKey()));
                out.append(": ");
                value(entry.getValue(), inner);
            } else {
                value(item, inner);
            }
        }
        out.append(any ? line : "").append(close);
    }

    /** A text as JSON, or {@code null}. */
    public static String quoted(String text) {
        StringBuilder json = new StringBuilder();
        try {
            new Json(json).value(text, "");
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return json.toString();
    }

    private void text(String text) throws IOException {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        out.append('"');
    }
}
