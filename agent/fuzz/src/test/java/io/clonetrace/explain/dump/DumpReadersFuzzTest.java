package io.clonetrace.explain.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The readers of thread dumps. */
class DumpReadersFuzzTest {
    private static final Pattern CANONICAL = Pattern.compile(
            "\"([a-z]+)\" #([1-9]\\d{0,8}) prio=5 os_prio=0 cpu=\\d{1,5}[.]\\d\\dms elapsed=\\d{1,5}[.]\\d\\ds"
                    + " tid=0x[0-9a-f]{16} nid=0x([1-9a-f][0-9a-f]{0,5}) runnable  \\[0x([0-9a-f]{16})\\]");

    @FuzzTest
    void dumps(byte[] bytes) {
        List<String> lines = new String(bytes, UTF_8).lines().toList();
        Documents documents = new Documents();
        List<LineReader> readers = List.of(
                new ThreadDumpReader(documents), new JsonDumpReader(documents), new ThreadFileReader(documents));
        long number = 0;
        for (String line : lines) {
            TextLine text = new TextLine("in", ++number, line);
            readers.forEach(reader -> reader.read(text));
        }
        readers.forEach(LineReader::end);
        for (Document dump : documents.all()) {
            assertTrue(1 <= dump.place().first() && dump.place().last() <= lines.size(), dump.place()::toString);
            dump.threads().forEach(thread -> assertTrue(thread.place().last() <= lines.size(), thread::toString));
        }
        Matcher canonical = lines.size() == 1 ? CANONICAL.matcher(lines.get(0)) : null;
        if (canonical != null && canonical.matches()) {
            assertEquals(1, documents.all().get(0).listed(ThreadKind.JAVA));
            assertEquals(
                    canonical.group(1) + canonical.group(2),
                    documents.all().get(0).threads().get(0).name()
                            + documents.all().get(0).threads().get(0).javaId());
        }
    }
}
