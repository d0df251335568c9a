package io.clonetrace.explain;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.report.text.TerminalText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** What people have in hand: no exception, places inside of the input, text that a terminal can print. */
class ExplainFuzzTest {
    @FuzzTest
    void text(byte[] bytes) throws IOException {
        IncidentReader reader = new IncidentReader((name, read, lines) -> {});
        reader.read("in", new ByteArrayInputStream(bytes));
        Incident incident = reader.incident();
        InputText input = incident.inputs().get(0);
        assertTrue(input.taken() <= input.lines());
        for (Document document : incident.documents()) {
            assertTrue(document.recognised().first() >= 1, document.place()::toString);
            assertTrue(document.place().last() <= input.lines(), document.place()::toString);
        }
        StringWriter printed = new StringWriter();
        new IncidentText(incident, new TerminalText(new PrintWriter(printed))).print();
        assertTrue(printed.toString().chars().noneMatch(c -> c < ' ' && c != '\n' || c >= 0x7f && c < 0xa0));
        StringBuilder json = new StringBuilder();
        IncidentJson.write(incident, json);
        assertTrue(json.chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7f));
    }
}
