package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.stack.StackMeasure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
    private static final int SIGCHLD = 17;
    private static final long NINE = CloneProfile.PTHREAD_CREATE.flags().bits();
    private static final long THREE = CloneProfile.BARE_THREAD.flags().bits();
    private static final long SPAWN = CloneProfile.POSIX_SPAWN.flags().bits();
    private static final List<String> FLAG_ROWS = CloneProfile.PTHREAD_CREATE.flags().flags().stream()
            .map(flag -> flag.name().substring("CLONE_".length()))
            .toList();
    private static final List<String> KERNEL_ROWS = Stream.concat(
                    FLAG_ROWS.stream(), Stream.of("exit signal", "system call", "stack size", "observed by"))
            .toList();

    private static final ChildReport CREATOR = new ChildReport(1, 0x7000, 0, 0, true);
    private static final ChildReport SAME = new ChildReport(2, 0x7000, -1, 0, true);
    private static final ChildReport OTHER = new ChildReport(2, 0x9000, 0, 0, true);
    private static final ChildReport COPY = new ChildReport(2, 0x7000, -1, 0, false);

    private static Outcome made(ChildReport child, long guard) {
        return new Outcome.Made(
                1,
                2,
                -1,
                -1,
                guard < 0
                        ? Optional.empty()
                        : Optional.of(new StackMeasure(2, 0x8000, 65536 + guard, guard, 4096, 0, 4096)),
                Optional.ofNullable(child),
                Optional.of(CREATOR),
                "");
    }

    private static Optional<CloneCall> saw(CloneSyscall syscall, long flags, int signal, long size) {
        return Optional.of(Calls.call(syscall, 1, 2, flags, signal, size));
    }

    private static List<Comparison> all(boolean observed) {
        List<Comparison> all = new ArrayList<>();
        Optional<String> source = observed ? Optional.of("strace") : Optional.empty();
        all.add(new Comparison("java thread", made(OTHER, 16384), saw(CloneSyscall.CLONE3, NINE, 0, 0xfff80), source));
        all.add(new Comparison(
                "virtual thread",
                new Outcome.Carried(3, true, "it ran on the carrier with tid 3"),
                saw(CloneSyscall.CLONE3, NINE, 0, 0xfff80),
                source));
        all.add(new Comparison(
                "pthread_create", made(OTHER, 4096), saw(CloneSyscall.CLONE3, NINE, 0, 8388480), source));
        all.add(new Comparison("clone", made(SAME, 4096), saw(CloneSyscall.CLONE, THREE, 0, -1), source));
        all.add(new Comparison("clone3", made(SAME, 4096), saw(CloneSyscall.CLONE3, THREE, 0, 65536), source));
        all.add(new Comparison("fork", made(COPY, -1), saw(CloneSyscall.CLONE, 0, 0, -1), source));
        all.add(new Comparison("posix_spawn", made(null, -1), saw(CloneSyscall.CLONE3, SPAWN, SIGCHLD, 36864), source));
        return observed
                ? all
                : all.stream()
                        .map(one -> new Comparison(one.how(), one.outcome(), Optional.empty(), source))
                        .toList();
    }

    private static List<String> lines(List<Comparison> comparisons) {
        return new ComparisonTable(comparisons).text().lines().toList();
    }

    /** The cells of a row, each of eight characters after a space, behind a label of fifteen. */
    private static List<String> cells(List<String> lines, String label) {
        String row = String.format("%-80s", line(lines, label));
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < 7; column++) {
            cells.add(row.substring(16 + column * 9, 24 + column * 9).strip());
        }
        return cells;
    }

    private static String line(List<String> lines, String label) {
        return lines.stream()
                .filter(line -> line.startsWith(label + " ") || line.equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row " + label + " in " + String.join("\n", lines)));
    }

    @Test
    void isNeverWiderThan80Columns() {
        for (boolean observed : new boolean[] {true, false}) {
            lines(all(observed)).forEach(line -> assertTrue(line.length() <= 80, line));
        }
    }

    @Test
    void marksTheFlagsThatTheKernelSaw() {
        List<String> lines = lines(all(true));
        assertEquals(List.of("x", "c", "x", "x", "x", "", "x"), cells(lines, "VM"));
        assertEquals(List.of("x", "c", "x", "x", "x", "", ""), cells(lines, "THREAD"));
        assertEquals(List.of("x", "c", "x", "", "", "", ""), cells(lines, "SETTLS"));
        assertEquals(List.of("", "", "", "", "", "", "x"), cells(lines, "VFORK"));
        assertEquals(
                10,
                lines.stream()
                        .filter(line -> line.matches("[A-Z_]+ .* [xc]( .*)?"))
                        .count());
    }

    @Test
    void showsSizesSignalAndThreadPointer() {
        List<String> lines = lines(all(true));
        assertEquals(List.of("none", "none", "none", "none", "none", "none", "SIGCHLD"), cells(lines, "exit signal"));
        assertEquals(
                List.of("clone3", "clone3", "clone3", "clone", "clone3", "clone", "clone3"),
                cells(lines, "system call"));
        assertEquals(
                List.of("1048448", "1048448", "8388480", "none", "65536", "none", "36864"), cells(lines, "stack size"));
        assertEquals(List.of("16384", "", "4096", "4096", "4096", "", ""), cells(lines, "guard"));
        assertEquals(List.of("own", "", "own", "shared", "shared", "copy", "shared"), cells(lines, "thread pointer"));
        assertEquals(List.of("yes", "", "yes", "no", "no", "no", "no until"), cells(lines, "printf is safe"));
        assertEquals(
                List.of("strace", "strace", "strace", "strace", "strace", "strace", "strace"),
                cells(lines, "observed by"));
    }

    @Test
    void withoutASourceKernelRowsAreNotObserved() {
        List<String> lines = lines(all(false));
        for (String label : KERNEL_ROWS) {
            assertTrue(line(lines, label).matches(label + " +-+ not observed -+"), line(lines, label));
        }
        assertFalse(lines.stream().anyMatch(line -> line.matches(".* [xc]( .*)?") && !line.startsWith("x:")));
        // The child's own word remains.
        assertEquals(List.of("own", "", "own", "shared", "shared", "copy", "not"), cells(lines, "thread pointer"));
    }

    @Test
    void withoutASourceAMissingCloneIsNotObservedEither() {
        for (Outcome outcome : List.of(new Outcome.Refused("why"), new Outcome.Carried(3, false, "x"))) {
            List<Comparison> comparisons = new ArrayList<>(all(false));
            comparisons.set(1, new Comparison("virtual thread", outcome, Optional.empty(), Optional.empty()));
            List<String> lines = lines(comparisons);
            for (String label : KERNEL_ROWS) {
                assertTrue(line(lines, label).matches(label + " +-+ not observed -+"), line(lines, label));
            }
        }
    }

    @Test
    void missedCloneIsNotObserved() {
        List<Comparison> comparisons = new ArrayList<>(all(true));
        comparisons.set(3, new Comparison("clone", made(SAME, 4096), Optional.empty(), Optional.of("strace")));
        List<String> lines = lines(comparisons);
        assertEquals(List.of("x", "c", "x", "not", "x", "", "x"), cells(lines, "VM"));
        String below = lines.get(lines.indexOf(line(lines, "VM")) + 1);
        assertEquals("observed", below.strip());
        assertEquals("not", cells(lines, "observed by").get(3));
    }

    @Test
    void virtualThreadOnAnOlderCarrierHasNoClone() {
        List<Comparison> comparisons = new ArrayList<>(all(true));
        comparisons.set(
                1,
                new Comparison(
                        "virtual thread", new Outcome.Carried(3, false, "x"), Optional.empty(), Optional.of("strace")));
        List<String> lines = lines(comparisons);
        assertEquals("", cells(lines, "VM").get(1));
        assertEquals("no clone", cells(lines, "system call").get(1));
        assertFalse(lines.stream().anyMatch(line -> line.startsWith("c:")));
    }

    @Test
    void refusedWaysAreNamedWithTheirReason() {
        List<Comparison> comparisons = new ArrayList<>(all(true));
        comparisons.set(
                1,
                new Comparison(
                        "virtual thread", new Outcome.Refused("not on this Java"), Optional.empty(), Optional.of("x")));
        List<String> lines = lines(comparisons);
        assertEquals("refused", cells(lines, "system call").get(1));
        assertEquals("", cells(lines, "observed by").get(1));
        assertTrue(lines.contains("virtual thread: refused: not on this Java."));
    }

    @Test
    void unknownFlagsHaveARow() {
        long unknown = 1L << 60;
        List<String> lines = lines(List.of(new Comparison(
                "clone3",
                made(SAME, 4096),
                saw(CloneSyscall.CLONE3, unknown | CloneFlag.CLONE_VM.bit(), 0, 1),
                Optional.of("x"))));
        assertEquals("x", cells(lines, "bit 60").get(0));
    }
}
