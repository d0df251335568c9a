package io.clonetrace.cli.manual;

import java.util.List;
import java.util.Locale;

/** A manual page's source as groff_man(7) describes it. */
final class Roff {
    private static final int TEXT_OF_A_TAG = 4;

    private final StringBuilder page = new StringBuilder();

    /** No date: the same version has the same page. */
    void title(String name, String source) {
        line(".TH " + name.toUpperCase(Locale.ROOT).replace("-", "\\-") + " 1 \"\" \"" + escaped(source)
                + "\" \"User Commands\"");
        // Options and paths are not hyphenated, also after .SH, which reads HY; and lines are not stretched.
        line(".nr HY 0");
        line(".nh");
        line(".ad l");
    }

    void section(String heading) {
        line(".SH " + escaped(heading));
    }

    /** Source that may have escapes. */
    void text(String source) {
        line(source);
    }

    void synopsis(String name, String arguments) {
        line(".SY \"" + escaped(name) + "\"");
        line(guarded(escaped(arguments)));
        line(".YS");
    }

    /** An entry of a list: its tag may have escapes, its text has none. */
    void entry(String tag, List<String> text) {
        line(".TP");
        line(tag);
        text.forEach(part -> line(guarded(escaped(part))));
    }

    /**
     * Plain lines: each is a paragraph, but one that is indented is a list's tag, and those indented further are its
     * text.
     */
    void paragraphs(List<String> lines) {
        for (String text : lines) {
            int indent = text.length() - text.stripLeading().length();
            if (indent == 0) {
                line(".PP");
            } else if (indent < TEXT_OF_A_TAG) {
                line(".TP");
            }
            if (!text.isBlank()) {
                line(indent > 0 && indent < TEXT_OF_A_TAG ? bold(text.strip()) : guarded(escaped(text.strip())));
            }
        }
    }

    static String bold(String text) {
        return text.isEmpty() ? "" : "\\fB" + escaped(text) + "\\fR";
    }

    static String italic(String text) {
        return text.isEmpty() ? "" : "\\fI" + escaped(text) + "\\fR";
    }

    /** groff_char(7): these characters would else be typographic ones, which can't be copied into a shell. */
    static String escaped(String text) {
        return text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti")
                .replace("\"", "\\(dq");
    }

    /** A line that begins with a dot would be a request. */
    private static String guarded(String line) {
        return line.startsWith(".") ? "\\&" + line : line;
    }

    private void line(String line) {
        page.append(line).append('\n');
    }

    @Override
    public String toString() {
        return page.toString();
    }
}
