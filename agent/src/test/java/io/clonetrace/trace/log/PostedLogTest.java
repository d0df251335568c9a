package io.clonetrace.trace.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.clone.CloneCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms in which logs are posted and saved, each with the calls that a right reading has. */
class PostedLogTest {
    private static final Path FOLDER = Path.of("src/test/resources/tracelog");

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void callsAreThoseOfTheLog(Path file) throws IOException {
        String name = file.getFileName().toString().replace(".txt", "");
        List<String> expected = Files.readAllLines(FOLDER.resolve("expect")).stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length() + 1))
                .sorted()
                .toList();
        Read read = Read.of(file);
        assertEquals(expected, told(read).stream().sorted().toList(), () -> read.counts.toString());
        assertEquals(0, read.counts.notRead(), () -> read.counts.toString());
    }

    private static List<String> told(Read read) {
        Map<String, Integer> counted = new TreeMap<>();
        read.calls.forEach(call -> counted.merge(told(call), 1, Integer::sum));
        List<String> lines = new ArrayList<>();
        counted.forEach((call, count) -> lines.add(count + " " + call));
        read.totals.forEach(
                total -> lines.add(total.calls() + " " + total.syscall().syscallName() + " - -"));
        return lines;
    }

    private static String told(CloneCall call) {
        return (call.syscall() == null ? "-" : call.syscallName())
                + (call.flags() == CloneCall.UNKNOWN ? " -" : " 0x" + Long.toHexString(call.flags()))
                + (call.failed() ? " " + call.error() : " -");
    }
}
