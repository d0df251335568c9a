package io.clonetrace.explain.memory;

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

/** The readers of native memory summaries, mappings and System.map. */
class MemoryReadersFuzzTest {
    private static final Pattern CANONICAL =
            Pattern.compile("([1-9a-f][0-9a-f]{11})-([1-9a-f][0-9a-f]{11}) rw-p 00000000 00:00 0 ");

    @FuzzTest
    void memory(byte[] bytes) {
        List<String> lines = new String(bytes, UTF_8).lines().toList();
        Documents documents = new Documents();
        List<LineReader> readers = List.of(
                new NativeMemoryReader(documents), new SystemMapReader(documents), new MappingsReader(documents));
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
            document.uses().forEach(use -> assertTrue(use.amount() >= 0, use::toString));
            document.totals()
                    .forEach(total -> assertTrue(
                            total.count() >= Document.UNKNOWN
                                    && total.stackReserved() >= Document.UNKNOWN
                                    && total.stackCommitted() >= Document.UNKNOWN,
                            total::toString));
        }
        if (lines.size() == 1) {
            Matcher mapping = CANONICAL.matcher(lines.get(0));
            if (mapping.matches() && mapping.group(1).compareTo(mapping.group(2)) < 0) {
                assertEquals(1, documents.all().get(0).uses().get(0).amount());
            }
        }
    }
}
