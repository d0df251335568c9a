package io.clonetrace.flags;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.clone.KernelVersion;
import io.clonetrace.report.json.Json;
import io.clonetrace.report.text.TerminalText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** What is pasted for flags: one sentence or a report that a terminal can print; what was understood is read back. */
class PastedFlagsFuzzTest {
    private static final KernelVersion KERNEL = new KernelVersion(6, 18, 0);
    private static final int LONGEST_SENTENCE = 400;

    @FuzzTest
    void pasted(byte[] bytes) throws IOException {
        String text = new String(bytes, UTF_8);
        List<Reading> readings;
        try {
            readings = PastedFlags.read(text);
        } catch (IllegalArgumentException refused) {
            String sentence = refused.getMessage();
            assertTrue(sentence.length() <= LONGEST_SENTENCE && !hasControls(sentence), sentence);
            return;
        }
        assertFalse(readings.isEmpty());
        for (Reading reading : readings) {
            if (!hasClonesForm(reading.argument())) {
                continue;
            }
            assertEquals(
                    reading.argument(),
                    PastedFlags.read(reading.argument().toString()).stream()
                            .map(Reading::argument)
                            .filter(reading.argument()::equals)
                            .findFirst()
                            .orElse(null),
                    () -> reading.argument() + " is not read back");
        }
        FlagsReport report = new FlagsReport(text, KERNEL);
        StringWriter written = new StringWriter();
        TerminalText out = new TerminalText(new PrintWriter(written));
        report.print(out);
        out.flush();
        written.toString().lines().forEach(line -> assertFalse(hasControls(line), line));
        Json.write(report.json(), new StringBuilder());
    }

    /** Whether clone can pass it: clone3 has bits of its own where clone has the exit signal. */
    private static boolean hasClonesForm(CloneArgument argument) {
        long newtime = CloneFlag.CLONE_NEWTIME.bit();
        return (argument.flags().bits() & ExitSignal.MASK & ~newtime) == 0 && argument.exitSignal() <= ExitSignal.MASK;
    }

    private static boolean hasControls(String line) {
        return line.chars().anyMatch(Character::isISOControl);
    }
}
