package io.clonetrace.cli.output;

import io.clonetrace.linux.file.Terminal;
import io.clonetrace.report.text.TextLayout;
import java.util.Map;

/** How wide the text on stdout may be, and whether it may have colours. */
public final class TerminalLayout {
    /** When text has colours. */
    public enum Colour {
        auto,
        always,
        never
    }

    private TerminalLayout() {}

    /** The layout for this process's stdout. */
    public static TextLayout ofStdout(Colour colour) {
        return new TextLayout(
                Terminal.STDOUT.columns().orElse(TextLayout.PLAIN.columns()),
                isColoured(colour, Terminal.STDOUT.isThere(), System.getenv()));
    }

    /** By the convention of no-color.org; a terminal that is {@code dumb} would print the escape sequences. */
    static boolean isColoured(Colour colour, boolean terminal, Map<String, String> environment) {
        return switch (colour) {
            case always -> true;
            case never -> false;
            case auto ->
                terminal
                        && environment.getOrDefault("NO_COLOR", "").isEmpty()
                        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        };
    }
}
