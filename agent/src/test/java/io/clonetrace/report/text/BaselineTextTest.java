package io.clonetrace.report.text;

import static io.clonetrace.report.Recordings.cloned;
import static io.clonetrace.report.Recordings.fleet;
import static io.clonetrace.report.Recordings.stack;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.RecordedFailure;
import io.clonetrace.report.RecordedLimit;
import io.clonetrace.report.Recordings.Commits;
import io.clonetrace.report.compare.Comparison;
import io.clonetrace.report.model.Fleet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BaselineTextTest {
    private static final long PTHREAD = 0x3d0f00;
    private static final int MEGA = 1 << 20;

    private static List<String> report(Commits old, Commits now) throws IOException {
        Fleet before = fleet(old);
        Fleet fleet = fleet(now);
        Comparison comparison = Comparison.of(before, fleet);
        StringWriter text = new StringWriter();
        new TextReport(fleet, Optional.of(comparison), new PrintWriter(text), TextLayout.PLAIN).print();
        return text.toString().lines().toList();
    }

    private static void start(int count, String name) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> {}, name + i);
            thread.start();
            thread.join();
        }
    }

    private static void warmUp() throws InterruptedException {
        Thread thread = new Thread(() -> {}, "gone-1");
        thread.start();
        thread.join();
    }

    private static void assertHas(List<String> lines, String... expected) {
        for (String line : expected) {
            assertTrue(lines.stream().anyMatch(one -> one.matches(line)), () -> line + " is not in " + lines);
        }
    }

    @Test
    void newAndGoneFindingsComeFirst() throws IOException {
        List<String> lines = report(
                () -> RecordedLimit.commit("pids.max", 850, 1_000, "pids.max"),
                () -> RecordedFailure.commit("java.lang.OutOfMemoryError", "pids.max", 1_000, 1_000, "pids.max"));
        int head = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).startsWith("compared with the baseline: "))
                .findFirst()
                .orElseThrow();
        String all = String.join(" ", lines.subList(head, head + 6)).replaceAll(" +", " ");
        assertTrue(all.contains("findings: 1 new, 1 gone"), all);
        assertTrue(all.contains(" before: 1 recording of 1 JVM, "), all);
        assertTrue(all.contains(" new problem: Thread.start failed once at "), all);
        assertHas(lines, " {3}gone warning: The limit pids.max is near: .*");
        assertTrue(head > lines.indexOf("findings: 1 problem"), lines::toString);
    }

    @Test
    void callSitesNamesCallsAndStacksStandSideBySide() throws IOException {
        List<String> lines = report(
                () -> {
                    warmUp();
                    cloned("java", "clone", PTHREAD, MEGA, null);
                    cloned("vm", "clone3", PTHREAD, MEGA, null);
                    stack(7, "native", "periodic", 8 * MEGA, 102_400);
                },
                () -> {
                    start(29, "pool-1-thread-");
                    cloned("java", "clone3", PTHREAD, MEGA, null);
                    cloned("vm", "clone3", PTHREAD, 2 * MEGA, null);
                    stack(7, "native", "periodic", 8 * MEGA, 307_200);
                });
        assertHas(
                lines,
                "change +alive before +now +per minute before +now +call site",
                " +io.clonetrace.report.text.BaselineTextTest.start:\\d+",
                " +io.clonetrace.report.text.BaselineTextTest.warmUp:\\d+",
                "gone +0 +- +[\\d,.]+ +- +gone-\\*",
                "appeared +- +0 +- +[\\d,.]+ +pool-\\*-thread-\\*",
                "java: clone3 with flags 0x3d0f00: 1 call, none before",
                "java: clone with flags 0x3d0f00: no call any more, 1 before",
                "vm: clone3 with flags 0x3d0f00: stacks of 2 MiB, before 1 MiB",
                "native +100 KiB +300 KiB +100 KiB +300 KiB +100 KiB +300 KiB");
        assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
    }

    @Test
    void hostileNamesAreCleaned() throws IOException {
        List<String> lines = report(() -> {}, () -> start(3, "\u001b[31mred\u202e-"));
        assertTrue(lines.stream().noneMatch(line -> line.contains("\u001b") || line.contains("\u202e")));
        assertHas(lines, "appeared .*\\?\\[\\*mred\\?-\\*");
    }

    @Test
    void withoutABaselineThereIsNothingOfIt() throws IOException {
        List<String> lines = io.clonetrace.report.Recordings.report(fleet(() -> start(3, "a-")));
        assertEquals(0, lines.stream().filter(line -> line.contains("baseline")).count());
    }
}
