package io.clonetrace.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ScriptDataTest {
    private final StringBuilder written = new StringBuilder();
    private final ScriptData script = new ScriptData(written);

    @Test
    void anAngleBracketWhereverItIsBecomesAnEscape() throws IOException {
        for (String text : new String[] {"", "none", "<", "<<", "</script>", "a<b", "a<", "<a<b>c<"}) {
            written.setLength(0);
            script.append(text).append(new StringBuilder(text)).append('<').append('>');
            String expected = text.replace("<", "\\u003c");
            assertEquals(expected + expected + "\\u003c>", written.toString());
        }
    }

    @Test
    void aPartOfATextIsWrittenAlone() throws IOException {
        script.append("<a<b<", 1, 4);
        assertEquals("a\\u003cb", written.toString());
    }
}
