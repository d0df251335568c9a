package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo under a strace: its own word and its table against strace's lines, read with regular expressions. */
class ObservedDemoTest {
    private static final long DEADLINE_SECONDS = 120;
    private static final String JNA = "com.sun.jna.Callback"; // one that loads nothing native
    private static final Pattern WORD =
            Pattern.compile("(\\S+) parent=(\\d+) child=(\\d+) stack=0x([0-9a-f]+) size=(-?\\d+)");
    private static final Pattern RESULT = Pattern.compile("(\\d+) +[\\d.]+ (clone3?|vfork)\\((.*)\\) = (\\d+)");
    private static final Pattern UNFINISHED = Pattern.compile("(\\d+) +[\\d.]+ (.*) <unfinished \\.\\.\\.>");
    private static final Pattern RESUMED = Pattern.compile("(\\d+) +[\\d.]+ <\\.\\.\\. \\w+ resumed>(.*)");

    @TempDir
    private static Path directory;

    private static List<String> output;
    private static List<String> trace;

    /** strace's line for the clone that made that task. */
    private record Line(String parent, String syscall, String arguments) {}

    @BeforeAll
    static void runUnderStrace() throws Exception {
        Path file = Files.createFile(directory.resolve("trace"));
        Path out = directory.resolve("out");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-q", "-ttt", "-e", "signal=none"));
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork", "-o", file.toString()));
        command.addAll(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-cp", classPath(), DemoPrint.class.getName(), file.toString()));
        Process strace;
        try {
            strace = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(directory.resolve("err").toFile())
                    .start();
        } catch (IOException noStrace) {
            abort("no strace: " + noStrace.getMessage());
            return;
        }
        if (!strace.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            strace.descendants().forEach(ProcessHandle::destroyForcibly);
            strace.destroyForcibly();
        }
        assertEquals(0, strace.waitFor(), Files.readString(directory.resolve("err")));
        output = Files.readAllLines(out);
        trace = whole(Files.readAllLines(file));
    }

    static String classPath() throws Exception {
        List<String> places = new ArrayList<>();
        for (Class<?> type : List.of(DemoPrint.class, CloneDemo.class, Class.forName(JNA))) {
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        return String.join(File.pathSeparator, places);
    }

    private static List<String> whole(List<String> lines) {
        List<String> whole = new ArrayList<>();
        for (String line : lines) {
            Matcher resumed = RESUMED.matcher(line);
            if (!resumed.matches()) {
                whole.add(line);
                continue;
            }
            for (int i = whole.size() - 1; i >= 0; i--) {
                Matcher begun = UNFINISHED.matcher(whole.get(i));
                if (begun.matches() && begun.group(1).equals(resumed.group(1))) {
                    whole.set(i, begun.group(1) + " 0 " + begun.group(2) + resumed.group(2));
                    break;
                }
            }
        }
        return whole;
    }

    private static Matcher word(String how) {
        return output.stream()
                .map(WORD::matcher)
                .filter(word -> word.matches() && word.group(1).equals(how))
                .findFirst()
                .orElseThrow(() -> new AssertionError(how + " is not in " + String.join("\n", output)));
    }

    private static Line lineOf(Matcher word) {
        return trace.stream()
                .map(RESULT::matcher)
                .filter(line -> line.matches() && line.group(4).equals(word.group(3)))
                .map(line -> new Line(line.group(1), line.group(2), line.group(3)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(word.group() + " is not in " + String.join("\n", trace)));
    }

    @Test
    void eachTaskIsStracesWithTheSameParent() {
        for (String how : List.of("java_thread", "pthread_create", "clone", "clone3", "fork", "posix_spawn")) {
            Matcher word = word(how);
            assertEquals(word.group(2), lineOf(word).parent(), how);
        }
    }

    @Test
    void bareThreadsPassThreeFlagsAndTheirStack() {
        String flags = "flags=CLONE_VM|CLONE_SIGHAND|CLONE_THREAD";
        Matcher clone3 = word("clone3");
        assertEquals(
                new Line(
                        clone3.group(2),
                        "clone3",
                        "{" + flags + ", exit_signal=0, stack=0x" + clone3.group(4) + ", stack_size=0x10000}, 64"),
                lineOf(clone3));
        Line clone = lineOf(word("clone"));
        assertEquals("clone", clone.syscall());
        assertTrue(clone.arguments().endsWith(", " + flags), clone.arguments());
        long passed = Long.decode(clone.arguments().replaceFirst("child_stack=(0x[0-9a-f]+),.*", "$1"));
        long top = Long.parseLong(word("clone").group(4), 16)
                + Long.parseLong(word("clone").group(5));
        // glibc puts fn and arg there for x86-64 (clone.S).
        assertTrue(
                passed <= top && passed >= top - 16,
                clone + " and " + word("clone").group());
    }

    @Test
    void forkPassesNeitherFlagNorStack() {
        assertEquals(new Line(word("fork").group(2), "clone", "child_stack=NULL, flags=0"), lineOf(word("fork")));
    }

    @Test
    void tableShowsWhatStraceSaw() {
        assertTrue(output.stream().allMatch(line -> line.length() <= 80));
        assertTrue(output.stream().noneMatch(line -> line.contains("not observed")), String.join("\n", output));
        String tls = output.stream()
                .filter(line -> line.startsWith("SETTLS"))
                .findFirst()
                .orElseThrow();
        assertTrue(tls.matches("SETTLS {10}x {8}[c ] {8}x"), tls);
        String thread = output.stream()
                .filter(line -> line.startsWith("THREAD"))
                .findFirst()
                .orElseThrow();
        assertTrue(thread.matches("THREAD {10}x {8}[c ] {8}x {8}x {8}x"), thread);
    }
}
