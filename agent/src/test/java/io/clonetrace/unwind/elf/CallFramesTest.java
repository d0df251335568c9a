package io.clonetrace.unwind.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.unwind.elf.FrameRow.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of call frame information is the one that readelf interprets. */
class CallFramesTest {
    private static final List<String> NAMES = List.of(
            "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
            "r15", "ra");

    /** Of a file with more lines, libjvm, every seventh function is compared. */
    private static final int MANY = 100_000;

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsX86() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the registers' names are those of x86-64");
    }

    static Stream<Path> files() throws IOException {
        return Binutils.mapped().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void rowsAreThoseOfReadelf(Path path) throws Exception {
        List<String> lines = Binutils.lines("readelf", "--debug-dump=frames-interp", path.toString());
        try (ElfFile file = ElfFile.open(path)) {
            assertTrue(compare(lines, file, lines.size() > MANY ? 7 : 1) > 100);
        }
    }

    @Test
    void rowsWithoutTheSortedTableAreThoseOfReadelf() throws Exception {
        Path library = Binutils.library(
                folder,
                "plain.c",
                "int g(char *); int f(int n) { char a[n]; return g(a) + n; }",
                "-Wl,--no-eh-frame-hdr",
                "-fno-omit-frame-pointer");
        try (ElfFile file = ElfFile.open(library)) {
            assertEquals(0, file.frameHeader());
            List<String> lines = Binutils.lines("readelf", "--debug-dump=frames-interp", library.toString());
            assertTrue(compare(lines, file, 1) > 3);
            assertNull(file.callFrames().row(1));
        }
    }

    /** Compares every so many functions; returns the number of rows compared. */
    private static int compare(List<String> lines, ElfFile file, int step) throws IOException {
        String[] columns = {};
        int functions = 0;
        int rows = 0;
        boolean inFunction = false;
        for (String line : lines) {
            String[] words = line.strip().split(" +");
            if (line.contains(" CIE ") || line.contains(" FDE ")) {
                inFunction = line.contains(" FDE ") && functions++ % step == 0;
                columns = new String[0];
            } else if (line.startsWith("   LOC")) {
                columns = words;
            } else if (inFunction && columns.length > 0 && words.length == columns.length) {
                long address = Long.parseUnsignedLong(words[0], 16);
                FrameRow row = file.callFrames().row(address);
                assertNotNull(row, line);
                assertEquals(String.join(" ", words), words[0] + " " + text(row, columns));
                rows++;
            }
        }
        return rows;
    }

    /** As readelf prints it. */
    private static String text(FrameRow row, String[] columns) {
        StringBuilder text = new StringBuilder(
                row.frameExpression() != null
                        ? "exp"
                        : String.format("%s%+d", NAMES.get(row.frameRegister()), row.frameOffset()));
        for (int i = 2; i < columns.length; i++) {
            int register = NAMES.indexOf(columns[i]);
            long value = row.value(register);
            text.append(' ')
                    .append(
                            switch (row.rule(register)) {
                                // readelf's letter for a register that a later row saves, too.
                                case SAME, UNDEFINED -> "u";
                                case OFFSET -> String.format("c%+d", value);
                                case VALUE_OFFSET -> String.format("v%+d", value);
                                case REGISTER -> NAMES.get((int) value);
                                case EXPRESSION -> "exp";
                                case VALUE_EXPRESSION -> "vexp";
                            });
        }
        return text.toString();
    }

    @Test
    void theReturnFromCloneHasTheRowBeforeItsSystemCall() throws Exception {
        for (Path path : Binutils.mapped()) {
            try (ElfFile file = ElfFile.open(path)) {
                long clone = file.symbol("clone").orElse(0);
                byte[] code = clone == 0 ? new byte[0] : file.read(clone, 128);
                for (int at = 1; at < code.length; at++) {
                    if (file.callFrames().isAfterSystemCall(clone + at)) {
                        assertNull(file.callFrames().row(clone + at), "glibc has mended it");
                        FrameRow row = file.callFrames().row(clone + at - 3);
                        assertEquals(7, row.frameRegister());
                        assertEquals(Rule.OFFSET, row.rule(16));
                        return;
                    }
                }
            }
        }
        assumeTrue(false, "no system call in clone");
    }

    @Test
    void aSignalsFrameIsOne() throws Exception {
        for (Path path : Binutils.mapped()) {
            try (ElfFile file = ElfFile.open(path)) {
                List<String> lines = Binutils.lines("readelf", "--debug-dump=frames-interp", path.toString());
                String common = lines.stream()
                        .filter(line -> line.contains("\"zRS\""))
                        .map(line -> "cie=" + line.substring(0, 8) + " ")
                        .findFirst()
                        .orElse("none");
                for (String line : lines) {
                    if (line.contains(common)) {
                        long start = Long.parseUnsignedLong(line.replaceAll(".*pc=|\\.\\..*", ""), 16);
                        assertTrue(file.callFrames().row(start).isSignalFrame());
                        long other = file.symbol("qsort").orElseThrow();
                        assertFalse(file.callFrames().row(other).isSignalFrame());
                        return;
                    }
                }
            }
        }
        assumeTrue(false, "no signal frame found");
    }
}
