package io.clonetrace.explain.limit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.TextLine;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The readers of limits and of the kernel's log. */
class LimitReadersFuzzTest {
    private static final Pattern CANONICAL = Pattern.compile("max user processes {14}\\(-u\\) (0|[1-9]\\d{0,8})");

    @FuzzTest
    void limits(byte[] bytes) {
        List<String> lines = new String(bytes, UTF_8).lines().toList();
        Documents documents = new Documents();
        List<LineReader> readers = List.of(new LimitsReader(documents), new KernelLogReader(documents));
        long number = 0;
        for (String line : lines) {
            TextLine text = new TextLine("in", ++number, line);
            readers.forEach(reader -> reader.read(text));
        }
        readers.forEach(LineReader::end);
        for (Document document : documents.all()) {
            assertTrue(
                    1 <= document.place().first() && document.place().last() <= lines.size(),
                    document.place()::toString);
            document.limits()
                    .forEach(limit ->
                            assertTrue(limit.soft() >= 0 && limit.hard() >= Document.UNKNOWN, limit::toString));
            document.uses().forEach(use -> assertTrue(use.amount() >= 0, use::toString));
        }
        Matcher canonical = lines.size() == 1 ? CANONICAL.matcher(lines.get(0)) : null;
        if (canonical != null && canonical.matches()) {
            assertEquals(
                    canonical.group(1),
                    Long.toString(documents.all().get(0).limits().get(0).soft()));
        }
    }
}
