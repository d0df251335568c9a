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
        String all = text.subSequence(start, end).toString();
        int at = 0;
        for (int angle = all.indexOf('<'); angle >= 0; angle = all.indexOf('<', at)) {
            out.append(all, at, angle).append("\\u003c");
            at = angle + 1;
        }
        out.append(at == 0 ? all : all.substring(at));
        return this;
    }

    @Override
    public Appendable append(char c) throws IOException {
        return append(String.valueOf(c));
    }
}
