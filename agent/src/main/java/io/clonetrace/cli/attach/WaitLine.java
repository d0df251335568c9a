package io.clonetrace.cli.attach;

import io.clonetrace.cli.output.TerminalLine;
import io.clonetrace.cli.target.Waiting;
import java.io.PrintWriter;

/** Shows on a terminal how long a JVM has been waited for. */
final class WaitLine implements Waiting, AutoCloseable {
    private final TerminalLine line;
    private final String what;

    /** @param what the JVM does, in a sentence without its end */
    WaitLine(PrintWriter err, String what) {
        this.line = TerminalLine.onTerminal(err);
        this.what = what;
    }

    @Override
    public void at(long seconds) {
        line.show(text(what, seconds));
    }

    /** What is shown. */
    static String text(String what, long seconds) {
        return what + ": " + seconds + " s; Ctrl-C withdraws the request";
    }

    @Override
    public void interrupted() {
        line.close();
    }

    @Override
    public void close() {
        line.close();
    }
}
