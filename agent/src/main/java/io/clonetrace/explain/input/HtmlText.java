package io.clonetrace.explain.input;

/** Undoes what a web page's source makes of characters. */
final class HtmlText {
    private HtmlText() {}

    /** The line as a browser shows it. */
    static String plain(String line) {
        int at = line.indexOf('&');
        if (at < 0 || line.indexOf(';', at) < 0) {
            return line;
        }
        return line.replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&apos;", "'")
                .replace("&#39;", "'")
                .replace("&#x27;", "'")
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }
}
