package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import java.io.File;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every real trace, in every form, against a reading by regular expressions; but for those that such a reading gets
 * wrong.
 */
class FixtureTest {
    private static final int DEFAULT_TID = 4_000_000;
    private static final LocalDate MADE_ON = LocalDate.of(2026, 11, 23);

    /** From /usr/include/linux/sched.h and bits/signum; not from our own table. */
    private static final Map<String, Long> WORDS = Map.ofEntries(
            Map.entry("CLONE_VM", 0x100L),
            Map.entry("CLONE_FS", 0x200L),
            Map.entry("CLONE_FILES", 0x400L),
            Map.entry("CLONE_SIGHAND", 0x800L),
            Map.entry("CLONE_VFORK", 0x4000L),
            Map.entry("CLONE_THREAD", 0x10000L),
            Map.entry("CLONE_SYSVSEM", 0x40000L),
            Map.entry("CLONE_SETTLS", 0x80000L),
            Map.entry("CLONE_PARENT_SETTID", 0x100000L),
            Map.entry("CLONE_CHILD_CLEARTID", 0x200000L),
            Map.entry("CLONE_CHILD_SETTID", 0x1000000L),
            Map.entry("SIGCHLD", 17L));

    static Stream<Path> traces() {
        return Fixtures.all().stream()
                .filter(file -> !file.getParent().endsWith("flags"))
                .filter(file -> !file.getFileName().toString().startsWith("names."));
    }

    @Test
    void everyStraceFormHasAFixture() {
        List<String> names = traces().map(Path::toString).toList();
        for (String form : List.of(
                "/f-t\\.",
                "f-tt-",
                "f-ttt\\.",
                "f-ttt-y",
                "-Y",
                "-T",
                "ff-tt",
                "seccomp",
                "stderr",
                "raw",
                "jdk17",
                "jdk25",
                "r-n-i")) {
            assertTrue(names.stream().anyMatch(Pattern.compile(form).asPredicate()), form);
        }
    }

    @ParameterizedTest
    @MethodSource("traces")
    void callsAreThoseThatRegularExpressionsFind(Path file) {
        String trace = Fixtures.read(file);
        List<RegexTruth> truth = RegexTruth.of(trace);
        Told told = Told.of(trace, DEFAULT_TID);
        List<RegexTruth> results =
                truth.stream().filter(call -> !call.result().startsWith("?")).toList();
        assertEquals(
                results.stream().map(FixtureTest::expected).toList(),
                told.calls().stream().map(FixtureTest::described).toList());
        for (int i = 0; i < results.size(); i++) {
            assertClock(results.get(i), told.calls().get(i).observedAt());
        }
    }

    @ParameterizedTest
    @MethodSource("traces")
    void countsAreThoseOfGrepOnEachFixture(Path file) {
        String trace = Fixtures.read(file);
        List<RegexTruth> truth = RegexTruth.of(trace);
        LineCounts counts = Told.of(trace).counts;
        assertEquals(trace.chars().filter(c -> c == '\n').count(), counts.lines());
        assertEquals(
                truth.stream().filter(call -> call.result().matches("\\d.*")).count(), counts.clones());
        assertEquals(
                truth.stream().filter(call -> call.result().startsWith("-1")).count(), counts.failures());
        assertEquals(truth.stream().filter(call -> call.result().equals("?")).count(), counts.unresumed());
        assertEquals(0, counts.truncated());
        long exits = Pattern.compile("\\+\\+\\+ (exited|killed|superseded) .* \\+\\+\\+\n")
                .matcher(trace)
                .results()
                .count();
        assertEquals(
                exits,
                Told.of(trace, DEFAULT_TID).all.stream()
                        .filter(Integer.class::isInstance)
                        .count());
        long restarted = truth.stream()
                .filter(call -> call.result().contains("ERESTART"))
                .count();
        long halves = Pattern.compile("(clone3?|v?fork)\\(.*(unfinished|attached).*\n")
                .matcher(trace)
                .results()
                .count();
        long interruptedByUnfinished = Pattern.compile("attached\n <unfinished \\.\\.\\.>\n")
                .matcher(trace)
                .results()
                .count();
        assertEquals(
                counts.lines(),
                counts.clones() + counts.unresumed() + exits + counts.ignored() + halves + interruptedByUnfinished,
                "each line is one of these; restarted, and counted as ignored: " + restarted);
    }

    @ParameterizedTest
    @MethodSource("traces")
    void everyTaskEndsOnceAndAfterItsClone(Path file) {
        List<Object> told = Told.of(Fixtures.read(file), DEFAULT_TID).all;
        for (Object one : told) {
            if (one instanceof CloneCall call && told.contains(call.childTid())) {
                assertTrue(told.indexOf(call.childTid()) > told.indexOf(call), told::toString);
                assertEquals(told.indexOf(call.childTid()), told.lastIndexOf(call.childTid()), told::toString);
            }
        }
    }

    /**
     * The C programs print what they asked for; pthread_create doesn't tell its flags, and hides its guard in the
     * stack.
     */
    @ParameterizedTest
    @MethodSource("programs")
    void callsAreThoseThatTheProgramPrinted(Path out) {
        Matcher printed = Pattern.compile("clonetrace (.*)").matcher(Fixtures.read(out));
        assertTrue(printed.find());
        Map<String, String> values = Stream.of(printed.group(1).split(" "))
                .map(pair -> pair.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        int parent = Integer.parseInt(values.get("parent"));
        String name = out.getFileName().toString().replace(".out", ".strace");
        Path trace = out.resolveSibling(name.startsWith("ff") ? name + "." + parent : name);
        CloneCall call = Told.of(Fixtures.read(trace), parent).onlyCall();

        assertEquals(parent, call.parentTid());
        assertEquals(Integer.parseInt(values.get("child")), call.childTid());
        if (values.get("syscall").equals("unknown")) {
            assertEquals(Long.decode(values.get("tls")), call.tls());
            assertEquals(Long.decode(values.get("stack")), call.stack() + Long.decode(values.get("guard_size")));
            return;
        }
        assertEquals(values.get("syscall"), call.syscall().syscallName());
        boolean clone3 = values.get("syscall").equals("clone3");
        assertEquals(Long.decode(values.get("flags")), clone3 ? call.flags() : call.flags() | call.exitSignal());
        assertEquals(Long.decode(values.get("stack")), call.stack());
        assertEquals(clone3 ? Long.decode(values.get("stack_size")) : CloneCall.UNKNOWN, call.stackSize());
    }

    /**
     * FourCreators starts 4 x 13 threads with stacks of 256 KiB, and two processes, for which the JDK has one such
     * thread.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdk17.f-ttt.strace",
                "jdk17.f-ttt-seccomp-bpf.strace",
                "jdk17.f-Y-stderr.strace",
                "jdk25.f-tt-T-y.strace",
                "jdk25.f-t-Y.strace",
                "jdk25.f-tt-stderr.strace",
                "jdk25.ff-ttt.strace"
            })
    void threadsAndProcessesAreThoseThatTheProgramStarted(String name) {
        List<CloneCall> calls = traces().filter(
                        file -> file.getFileName().toString().matches(Pattern.quote(name) + "(\\.\\d+)?"))
                .flatMap(file -> Told.of(Fixtures.read(file)).calls().stream())
                .toList();
        Map<Integer, Long> children = calls.stream()
                .filter(call -> call.stackSize() >> 16 == 3)
                .collect(Collectors.groupingBy(CloneCall::parentTid, Collectors.counting()));
        if (name.contains(".ff-")) {
            assertEquals(53, children.get(CloneCall.UNKNOWN));
        } else {
            assertEquals(
                    List.of(1L, 13L, 13L, 13L, 13L),
                    children.values().stream().sorted().toList());
        }
        assertEquals(
                2,
                calls.stream().filter(call -> !call.has(CloneFlag.CLONE_THREAD)).count());
    }

    static Stream<Path> programs() {
        return Stream.of("pthread_thread", "clone_thread", "clone3_thread", "clone_process")
                .flatMap(program ->
                        Stream.of(Fixtures.root().resolve(program).toFile().listFiles()))
                .map(File::toPath)
                .filter(file -> file.toString().endsWith(".out"))
                .sorted();
    }

    private static String expected(RegexTruth call) {
        boolean clone3 = call.syscall().equals("clone3");
        long flags = flags(call.argument("flags"));
        return String.join(
                " ",
                call.syscall(),
                call.tid().isEmpty() ? "" + DEFAULT_TID : call.tid(),
                call.result().startsWith("-1") ? "-1" : call.result().replaceAll("\\D.*", ""),
                call.result().startsWith("-1") ? call.result().split(" ")[1] : "null",
                number(flags < 0 || clone3 ? flags : flags & ~0xffL),
                number(clone3 ? flags(call.argument("exit_signal")) : flags < 0 ? -1 : flags & 0xff),
                number(address(call.argument(clone3 ? "stack" : "child_stack"))),
                number(address(call.argument("stack_size"))),
                number(address(call.argument("tls"))),
                number(address(call.argument(clone3 ? "child_tid" : "child_tidptr"))));
    }

    private static String described(CloneCall call) {
        return String.join(
                " ",
                call.syscall().syscallName(),
                "" + call.parentTid(),
                "" + call.childTid(),
                "" + call.error(),
                number(call.flags()),
                number(call.exitSignal()),
                number(call.stack()),
                number(call.stackSize()),
                number(call.tls()),
                number(call.childTidAddress()));
    }

    private static long flags(String text) {
        long flags = text.isEmpty() ? -1 : 0;
        for (String word : text.isEmpty()
                ? new String[0]
                : text.replaceAll("/\\*.*?\\*/", "").split("\\|")) {
            flags |= WORDS.containsKey(word.trim()) ? WORDS.get(word.trim()) : Long.decode(word.trim());
        }
        return flags;
    }

    private static long address(String text) {
        return text.isEmpty() ? -1 : text.equals("NULL") ? 0 : Long.decode(text);
    }

    private static String number(long value) {
        return value < 0 ? "?" : Long.toHexString(value);
    }

    private static void assertClock(RegexTruth call, long observedAt) {
        if (call.clock().isEmpty()) {
            assertEquals(CloneCall.UNKNOWN, observedAt);
        } else if (call.clock().contains(":")) {
            Instant expected = LocalTime.parse(call.clock()).atDate(MADE_ON).toInstant(ZoneOffset.UTC);
            assertEquals(expected, Instant.ofEpochSecond(0, observedAt));
        } else {
            assertEquals(new BigDecimal(call.clock()).movePointRight(9).longValueExact(), observedAt);
        }
    }
}
