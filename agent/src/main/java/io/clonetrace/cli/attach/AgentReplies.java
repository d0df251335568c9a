package io.clonetrace.cli.attach;

import io.clonetrace.report.text.PlainText;
import java.io.PrintWriter;

/** Prints what an agent replied. The JVM wrote the text, and this may be root's terminal. */
final class AgentReplies {
    private static final int MOST_LINES = 50;
    private static final int LONGEST_LINE = 1000;
    private static final int LONGEST_PATH = 4000;

    private AgentReplies() {}

    static void print(String text, PrintWriter err) {
        text.lines()
                .limit(MOST_LINES)
                .map(line -> PlainText.begin(line, LONGEST_LINE))
                .forEach(err::println);
    }

    static String path(String path) {
        return PlainText.begin(path, LONGEST_PATH);
    }
}
