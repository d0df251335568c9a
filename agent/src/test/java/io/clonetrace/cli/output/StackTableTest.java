package io.clonetrace.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.stack.StackMeasure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackTableTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "main, 'main      '",
                "0123456789abc, '0123456789'",
                "\u5de5\u4f5c\u7ebf\u7a0b, '\u5de5\u4f5c\u7ebf\u7a0b  '",
                "a\u5de5\u4f5c\u7ebf\u7a0b\u6c60, 'a\u5de5\u4f5c\u7ebf\u7a0b '",
                "\ud83d\ude00\ud83d\ude00, '\ud83d\ude00\ud83d\ude00      '",
                "e\u0301t\u00e9, 'e\u0301t\u00e9       '",
                "x\u001b[2J\u202ex, 'x?[2J?x   '",
            })
    void aNameTakesTenColumns(String name, String shown) {
        assertEquals(shown.substring(1, shown.length() - 1), StackTable.columns(name, 10));
    }

    /** HotSpot's threads all begin in one function: it is in the sums only. */
    @Test
    void startRoutineIsBelowEachNativeThreadAndInTheSums() {
        StackMeasure measure = new StackMeasure(7, 1 << 20, 8196 << 10, 4 << 10, 8 << 10, 0, 8 << 10);
        List<StackRow> rows = List.of(
                new StackRow("blas", -1, "native", measure, "libopenblas.so.0!blas_thread_server"),
                new StackRow("blas", -1, null, measure, "libopenblas.so.0!blas_thread_server"),
                new StackRow("GC Thread#0", -1, "vm", measure, "libjvm.so!thread_native_entry"),
                new StackRow("long", -1, "native", measure, "libx.so!" + "f".repeat(10_000) + "\u001b[31m"),
                new StackRow("main", 1, "java", measure, null));
        StringWriter out = new StringWriter();
        new StackTable(new PrintWriter(out), -1).print(rows, rows, 0);
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.stream()
                .allMatch(line -> line.length() <= 80 && line.chars().allMatch(c -> c < 0x7f)));
        assertEquals("  libopenblas.so.0!blas_thread_server", lines.get(2));
        assertTrue(lines.get(6).startsWith("long "), lines.get(6));
        assertEquals(
                List.of(
                        "start routine of native and VM threads                  threads  touched    huge",
                        "libopenblas.so.0!blas_thread_server                           2       16       0",
                        "libjvm.so!thread_native_entry                                 1        8       0"),
                lines.subList(lines.size() - 4, lines.size() - 1));
    }

    /** Thousands of marks on one letter. */
    @Test
    void marksAreNotEndless() {
        assertTrue(StackTable.columns("a" + "\u0301".repeat(10_000), 10).length() < 30);
    }
}
