package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.clonetrace.linux.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The machine code's bytes against what GNU as makes of the instructions beside them. */
class AssemblyListingTest {
    private static final Set<String> ROUTINES = Set.of("masked", "raw", "bare", "thread", "report", "release");

    @TempDir
    private Path directory;

    @Test
    void readsBytesAndLabels() {
        AssemblyListing listing = AssemblyListing.parse("""
                first:
                53                    push rbx
                4889fb                mov rbx, rdi  # a comment
                second:
                c3                    ret
                """);
        assertEquals("534889fbc3", HexFormat.of().formatHex(listing.code()));
        assertEquals(0, listing.offset("first"));
        assertEquals(4, listing.offset("second"));
    }

    @ParameterizedTest
    @EnumSource
    void hasEachRoutine(Processor processor) {
        assertTrue(AssemblyListing.of(processor).labels().keySet().containsAll(ROUTINES));
    }

    @Test
    void x86AsAssembled() throws Exception {
        check(CodeX86_64.TEXT, ".intel_syntax noprefix\n", "x86_64-linux-gnu-");
    }

    @Test
    void aarch64AsAssembled() throws Exception {
        check(CodeAarch64.TEXT, "", "aarch64-linux-gnu-");
    }

    private void check(String text, String head, String prefix) throws Exception {
        String source = text.lines()
                .map(line -> line.endsWith(":") ? line : line.substring(line.indexOf("  ")))
                .collect(Collectors.joining("\n", head, "\n"));
        Path assembly = Files.writeString(directory.resolve("code.s"), source);
        Path object = directory.resolve("code.o");
        Path binary = directory.resolve("code.bin");
        run(prefix + "as", "-o", object.toString(), assembly.toString());
        run(prefix + "objcopy", "-O", "binary", "-j", ".text", object.toString(), binary.toString());
        String assembled = HexFormat.of().formatHex(Files.readAllBytes(binary));
        assertEquals(
                assembled, HexFormat.of().formatHex(AssemblyListing.parse(text).code()));
    }

    private static void run(String... command) throws InterruptedException, IOException {
        Process process;
        try {
            process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException noAssembler) {
            abort("no assembler for this processor: " + noAssembler.getMessage());
            return;
        }
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
    }
}
