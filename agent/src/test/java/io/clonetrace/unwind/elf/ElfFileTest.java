package io.clonetrace.unwind.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ELF files say, as binutils reads it. */
class ElfFileTest {
    @TempDir
    private Path folder;

    static Stream<Path> files() throws IOException {
        return Binutils.mapped().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void buildIdAndSegmentsAreThoseOfReadelf(Path path) throws Exception {
        try (ElfFile file = ElfFile.open(path)) {
            String id = Binutils.lines("readelf", "-n", path.toString()).stream()
                    .filter(line -> line.contains("Build ID: "))
                    .map(line -> line.replaceAll(".*Build ID: ", ""))
                    .findFirst()
                    .orElse(null);
            assertEquals(id, file.buildId());
            List<String> loads = Binutils.lines("readelf", "-lW", path.toString()).stream()
                    .filter(line -> line.strip().startsWith("LOAD "))
                    .map(line -> line.strip().replaceAll(" +", " ").replaceAll("(?<= )0x0*(?=\\w)", ""))
                    .toList();
            List<String> found = file.segments().stream()
                    .map(segment -> String.format(
                            "LOAD %x %x %x %x %x",
                            segment.offset(),
                            segment.address(),
                            segment.address(),
                            segment.fileSize(),
                            segment.memorySize()))
                    .toList();
            assertEquals(loads.size(), found.size());
            for (int i = 0; i < loads.size(); i++) {
                assertTrue(loads.get(i).startsWith(found.get(i) + " "), loads.get(i) + " is not " + found.get(i));
            }
        }
    }

    /** Of each function's symbols nm knows one with the name that was found, at that address. */
    @ParameterizedTest
    @MethodSource("files")
    void functionsAreThoseOfNm(Path path) throws Exception {
        Map<Long, Set<String>> names = new HashMap<>();
        Map<Long, Long> sizes = new HashMap<>();
        for (String option : List.of("-S", "-DS")) {
            for (String line : Binutils.lines("nm", option, "--defined-only", path.toString())) {
                String[] words = line.split(" ");
                if (words.length == 4 && words[2].matches("[TtWi]")) {
                    long address = Long.parseLong(words[0], 16);
                    names.computeIfAbsent(address, key -> new HashSet<>()).add(words[3].replaceAll("@.*", ""));
                    sizes.put(address, Long.parseLong(words[1], 16));
                }
            }
        }
        List<Long> addresses = names.keySet().stream().sorted().toList();
        assertTrue(addresses.size() > 10);
        try (ElfFile file = ElfFile.open(path)) {
            for (int i = 0; i < addresses.size(); i += Math.max(1, addresses.size() / 101)) {
                long start = addresses.get(i);
                long last = start + sizes.get(start) - 1;
                for (long address : new long[] {start, last}) {
                    ElfFile.Function found = file.function(address);
                    assertTrue(found.address() >= start && found.address() <= last, found::toString);
                    assertTrue(names.get(found.address()).contains(found.name()), found::toString);
                }
                String name = names.get(start).iterator().next();
                assertTrue(file.symbol(name).isPresent(), name);
            }
        }
    }

    /** By the hash table, which has them all. */
    @ParameterizedTest
    @MethodSource("files")
    void exportedSymbolsAreWhereNmFindsThem(Path path) throws Exception {
        Map<String, Set<Long>> addresses = new HashMap<>();
        for (String line : Binutils.lines("nm", "-D", "--defined-only", path.toString())) {
            String[] words = line.split(" ");
            if (words.length == 3 && words[1].matches("[TWi]")) {
                addresses
                        .computeIfAbsent(words[2].replaceAll("@.*", ""), name -> new HashSet<>())
                        .add(Long.parseLong(words[0], 16));
            }
        }
        assertTrue(addresses.size() > 5);
        try (ElfFile file = ElfFile.open(path)) {
            for (Map.Entry<String, Set<Long>> symbol : addresses.entrySet()) {
                OptionalLong found = file.symbol(symbol.getKey());
                assertTrue(found.isPresent(), symbol::getKey);
                assertTrue(symbol.getValue().contains(found.getAsLong()), symbol::toString);
                assertTrue(file.symbol(symbol.getKey() + "x7").isEmpty());
            }
        }
    }

    @Test
    void symbolsAreFoundWhereTheHashTableIsDamaged() throws Exception {
        Path library = Binutils.library(folder, "two.s", ".globl one, two\n one: nop\n two: nop\n");
        OptionalLong one;
        OptionalLong two;
        try (ElfFile file = ElfFile.open(library)) {
            one = file.symbol("one");
            two = file.symbol("two");
        }
        byte[] bytes = Files.readAllBytes(library);
        int at = (int) Binutils.lines("readelf", "-SW", library.toString()).stream()
                .filter(line -> line.contains(".gnu.hash"))
                .mapToLong(line ->
                        Long.parseLong(line.replaceAll(".*GNU_HASH +", "").split(" +")[1], 16))
                .findFirst()
                .orElseThrow();
        // The numbers of buckets and of words of the Bloom filter.
        for (int field : new int[] {0, 8}) {
            byte[] damaged = bytes.clone();
            Arrays.fill(damaged, at + field, at + field + 4, (byte) 0x7f);
            try (ElfFile file = ElfFile.open(Files.write(folder.resolve("damaged.so"), damaged))) {
                assertEquals(one, file.symbol("one"));
                assertEquals(two, file.symbol("two"));
            }
        }
    }

    @Test
    void ofSeveralNamesThePublicAndPlainOneIsTaken() throws Exception {
        Path library = Binutils.library(folder, "names.s", """
                .text
                .type local, @function
                .type __work, @function
                .globl __work
                .type work, @function
                .globl work
                local: __work: work: nop; nop
                .size local, . - local
                .size __work, . - __work
                .size work, . - work
                .type bare, @function
                bare: nop; nop
                """);
        try (ElfFile file = ElfFile.open(library)) {
            long work = file.symbol("work").orElseThrow();
            assertEquals(new ElfFile.Function("work", work), file.function(work + 1));
            assertEquals("bare", file.function(work + 3).name(), "assembly without a size");
            assertNull(file.function(work - 1));
            assertEquals(OptionalLong.of(work), file.symbol("local"), "only in .symtab");
            assertTrue(file.symbol("ork").isEmpty(), "the end of a longer name");
            assertTrue(file.symbol("").isEmpty());
        }
    }

    @Test
    void aHundredThousandSymbolsAreScannedAndNotKept() throws Exception {
        int count = 100_000;
        StringBuilder source = new StringBuilder(".text\n");
        for (int i = 0; i < count; i++) {
            source.append(".globl f")
                    .append(i)
                    .append("; .type f")
                    .append(i)
                    .append(", @function; f")
                    .append(i);
            source.append(": nop; .size f").append(i).append(", 1\n");
        }
        Path library = Binutils.library(folder, "many.s", source.toString());
        try (ElfFile file = ElfFile.open(library)) {
            long first = file.symbol("f0").orElseThrow();
            for (int i = 0; i < count; i += 9973) {
                assertEquals("f" + i, file.function(first + i).name());
                assertEquals(first + i, file.symbol("f" + i).orElseThrow());
            }
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertNotNull(file.function(first + count / 2));
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1 << 20, () -> allocated + " bytes for a scan");
        }
    }

    @Test
    void whatIsNoElfFileSaysSo() throws Exception {
        assertMessage("it is no ELF file", new byte[64]);
        assertMessage("it is no ELF file", new byte[0]);
        byte[] small = new byte[64];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1}, 0, small, 0, 7);
        assertMessage("it is not a 64-bit little-endian ELF file", small);
        small[4] = 2;
        small[18] = 3;
        assertMessage("it is for another processor (e_machine 3)", small);
        assertThrows(DamagedElfException.class, () -> ElfFile.open(folder));
        assertThrows(DamagedElfException.class, () -> ElfFile.open(folder.resolve("none")));
    }

    private static void assertMessage(String message, byte[] bytes) {
        DamagedElfException damaged = assertThrows(DamagedElfException.class, () -> ElfFile.of(ElfBytes.of(bytes)));
        assertEquals(message, damaged.getMessage());
    }

    /** Each byte of the headers and tables of a small file, damaged: an answer or an IOException. */
    @Test
    void damagedFilesThrowNothingElse() throws Exception {
        Path library =
                Binutils.library(folder, "small.c", "int g(char *); int f(int n) { char a[n]; return g(a) + n; }");
        byte[] whole = Files.readAllBytes(library);
        int answers = 0;
        for (int at = 0; at < whole.length; at++) {
            byte value = whole[at];
            whole[at] = (byte) (at % 3 == 0 ? 0 : at % 3 == 1 ? -1 : value ^ 0x80);
            answers += answers(whole);
            whole[at] = value;
        }
        for (int length = 0; length < whole.length; length += 31) {
            answers += answers(Arrays.copyOf(whole, length));
        }
        assertTrue(answers > 0);
    }

    private static int answers(byte[] bytes) {
        int answers = 0;
        try (ElfFile file = ElfFile.of(ElfBytes.of(bytes))) {
            long address = file.symbol("f").orElse(0x1000);
            answers += file.function(address + 1) == null ? 0 : 1;
            answers += file.callFrames().row(address + 1) == null ? 0 : 1;
        } catch (IOException damaged) {
            assertNotNull(damaged.getMessage());
        }
        return answers;
    }
}
