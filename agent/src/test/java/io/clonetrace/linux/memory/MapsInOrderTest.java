package io.clonetrace.linux.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.linux.LinuxException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The text of maps gives the same answers as PROCMAP_QUERY, for a mapping that the test holds and what is beside it.
 */
class MapsInOrderTest {
    private static final Path SELF = Path.of("/proc/self/maps");
    private static final long PAGE = MappedPages.pageSize();
    private static final int STACKS = 211;
    private static final int ALL = 1 << 20;

    private final List<MappedPages> stacks = new ArrayList<>();
    private final List<Long> addresses = new ArrayList<>();

    @BeforeEach
    void map() throws LinuxException {
        for (int i = 0; i < STACKS; i++) {
            MappedPages stack = MappedPages.stack(PAGE, 3 * PAGE);
            stacks.add(stack);
            // The guard, the stack, and between.
            addresses.add(stack.address());
            addresses.add(stack.address() + PAGE - 1);
            addresses.add(stack.address() + PAGE);
            addresses.add(stack.address() + stack.size() - 1);
        }
        Collections.sort(addresses);
    }

    @AfterEach
    void unmap() {
        stacks.forEach(MappedPages::close);
    }

    @Test
    void ascendingAddressesNeedNoQuery() throws Exception {
        assertSame(ALL);
    }

    @Test
    void addressesInAnyOrder() throws Exception {
        Collections.shuffle(addresses, new Random(17));
        assertSame(ALL);
    }

    @Test
    void noMoreLinesAreReadThanAllowed() throws Exception {
        assertSame(0);
        assertSame(97);
    }

    /** The kernel writes a line feed as four characters: the line is longer than what is read at once. */
    @Test
    void lineWithALongPath(@TempDir Path folder) throws Exception {
        Path deep = folder;
        for (int i = 0; i < 13; i++) {
            deep = deep.resolve("\n".repeat(199));
        }
        Files.createDirectories(deep);
        Path file = Files.write(deep.resolve("file"), new byte[(int) PAGE]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.map(FileChannel.MapMode.READ_ONLY, 0, PAGE);
            List<String> lines = Files.readAllLines(SELF, StandardCharsets.ISO_8859_1);
            List<String> itsOwn =
                    lines.stream().filter(line -> line.endsWith("/file")).toList();
            assertEquals(1, itsOwn.size());
            assertTrue(itsOwn.get(0).length() > 8192, itsOwn.get(0));
            addresses.add(Long.parseLong(itsOwn.get(0).split("-")[0], 16));
            Collections.sort(addresses);
            assertSame(ALL);
        }
    }

    @Test
    void nothingIsBehindTheLast() throws Exception {
        addresses.add(Long.MAX_VALUE / 2);
        assertSame(ALL);
    }

    @Test
    void mappingsAreCountedAsGrepCountsThem() throws Exception {
        for (List<Long> asked : List.of(addresses, List.<Long>of())) {
            long before;
            long counted;
            do { // The JVM itself maps and unmaps.
                before = lines();
                counted = count(asked, ALL);
            } while (before != lines());
            assertEquals(before, counted);
        }
    }

    @Test
    void mappingsAreNotCountedIfTooManyLinesAreLeft() throws Exception {
        assertEquals(-1, count(addresses, 97));
        assertEquals(-1, count(List.of(), 0));
    }

    private static long count(List<Long> asked, int most) throws LinuxException, IOException {
        try (ProcmapQuery query = query();
                MappingLookup text = new MapsInOrder("/proc/self", query, most)) {
            for (long address : asked) {
                text.ask(address);
            }
            return text.count();
        }
    }

    private static long lines() throws IOException {
        return Files.readAllLines(SELF, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> !line.endsWith("[vsyscall]"))
                .count();
    }

    private void assertSame(int most) throws LinuxException, IOException {
        try (ProcmapQuery query = query();
                MappingLookup truth = query.question();
                MappingLookup text = new MapsInOrder("/proc/self", query, most)) {
            for (long address : addresses) {
                boolean found = truth.ask(address);
                assertEquals(found, text.ask(address));
                if (found) {
                    assertEquals(describe(truth), describe(text));
                }
            }
        }
    }

    private static ProcmapQuery query() {
        try {
            return new ProcmapQuery("/proc/self");
        } catch (LinuxException unable) {
            return Assumptions.abort("this kernel lacks what Linux 6.11 has: " + unable.getMessage());
        }
    }

    private static String describe(MappingLookup mapping) {
        return Long.toHexString(mapping.start())
                + '-'
                + Long.toHexString(mapping.end())
                + ' '
                + mapping.accessible()
                + ' '
                + mapping.file();
    }
}
