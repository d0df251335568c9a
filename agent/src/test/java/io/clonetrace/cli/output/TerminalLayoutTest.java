package io.clonetrace.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.cli.output.TerminalLayout.Colour;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalLayoutTest {
    @ParameterizedTest
    @CsvSource({
        "auto, true, xterm, , true",
        "auto, true, xterm, '', true",
        "auto, true, xterm, 1, false",
        "auto, true, dumb, , false",
        "auto, true, , , false",
        "auto, false, xterm, , false",
        "always, false, dumb, 1, true",
        "never, true, xterm, , false"
    })
    void coloursAreForATerminalThatWantsThem(
            Colour colour, boolean terminal, String term, String noColor, boolean coloured) {
        Map<String, String> environment = new HashMap<>();
        if (term != null) {
            environment.put("TERM", term);
        }
        if (noColor != null) {
            environment.put("NO_COLOR", noColor);
        }
        assertEquals(coloured, TerminalLayout.isColoured(colour, terminal, environment));
    }
}
