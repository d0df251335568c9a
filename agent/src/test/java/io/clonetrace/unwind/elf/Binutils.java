package io.clonetrace.unwind.elf;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the compiler and binutils say; a test is skipped where they are not installed. */
final class Binutils {
    private Binutils() {}

    /** The lines that a command prints. */
    static List<String> lines(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException absent) {
            assumeTrue(false, command[0] + " is not installed");
            throw absent;
        }
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            out.lines().forEach(lines::add);
        }
        // readelf's exit status is 1 if there are debug links that it can't follow.
        int status = process.waitFor();
        assertTrue(status == 0 || !lines.isEmpty(), () -> String.join(" ", command));
        return lines;
    }

    /** A library made of this source, which is C or, by the file name, assembly. */
    static Path library(Path folder, String name, String source, String... options)
            throws IOException, InterruptedException {
        Path text = Files.writeString(folder.resolve(name), source);
        Path built = folder.resolve("lib" + name + ".so");
        List<String> command = new ArrayList<>(List.of("cc", "-O2", "-fPIC", "-shared", "-nostdlib"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", built.toString(), text.toString()));
        lines(command.toArray(String[]::new));
        assertTrue(Files.exists(built), source);
        return built;
    }

    /** Files of this machine with much in them: the C library and this JVM. */
    static List<Path> mapped() throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            return maps.filter(line -> line.contains(" r-xp ") && line.matches(".*/(libc.so.6|libjvm.so|ld-linux.*)"))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .toList();
        }
    }
}
