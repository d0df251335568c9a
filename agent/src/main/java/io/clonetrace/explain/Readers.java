package io.clonetrace.explain;

import io.clonetrace.explain.calllog.CallLogReader;
import io.clonetrace.explain.console.ConsoleReader;
import io.clonetrace.explain.dump.JsonDumpReader;
import io.clonetrace.explain.dump.ThreadDumpReader;
import io.clonetrace.explain.dump.ThreadFileReader;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.hserr.HsErrReader;
import io.clonetrace.explain.javacore.JavacoreReader;
import io.clonetrace.explain.limit.KernelLogReader;
import io.clonetrace.explain.limit.LimitsReader;
import io.clonetrace.explain.memory.MappingsReader;
import io.clonetrace.explain.memory.NativeMemoryReader;
import io.clonetrace.explain.memory.SystemMapReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The readers of one input, each line offered to one after the other: to the one that took the last line first. */
final class Readers {
    /** The more a reader's lines are its own alone, the earlier it is. */
    private static final List<Function<Documents, LineReader>> ALL = List.of(
            HsErrReader::new,
            JavacoreReader::new,
            ThreadDumpReader::new,
            JsonDumpReader::new,
            ThreadFileReader::new,
            NativeMemoryReader::new,
            SystemMapReader::new,
            MappingsReader::new,
            CallLogReader::new,
            KernelLogReader::new,
            ConsoleReader::new,
            LimitsReader::new);

    private final List<LineReader> readers = new ArrayList<>();
    private LineReader last;

    Readers(Documents documents) {
        ALL.forEach(one -> readers.add(one.apply(documents)));
        last = readers.get(0);
    }

    /** Whether a reader has taken the line. */
    boolean read(TextLine line) {
        if (last.read(line)) {
            return true;
        }
        for (LineReader reader : readers) {
            if (reader != last && reader.read(line)) {
                last = reader;
                return true;
            }
        }
        return false;
    }

    void end() {
        readers.forEach(LineReader::end);
    }
}
