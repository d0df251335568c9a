package io.clonetrace.report.html;

import java.io.IOException;

/**
 * JSON on its way into a script element, which ends at the first end tag whatever it is in: an angle bracket, which
 * JSON has in texts only, becomes an escape.
 */
final class ScriptData implements Appendable {
    private final Appendable out;

    ScriptData(Appendable out) {
        this.out = out;
    }

    @Override
    public Appendable append(CharSequence text) throws IOException {
        return append(text, 0, text.length());
    }

    @Override
    public Appendable append(CharSequence text, int start, int end) throws IOException {
        for (int index = start; index < end; index++) {
            append(text.charAt(index));
        }
        return this;
    }

    @Override
    public Appendable append(char c) throws IOException {
        if (c == '<') {
            out.append("\\u003c");
        } else {
            out.append(c);
        }
        return this;
    }
}
