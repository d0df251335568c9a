package io.clonetrace.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.live.Creation;
import io.clonetrace.live.Dimension;
import io.clonetrace.live.LiveLimit;
import io.clonetrace.live.LiveRow;
import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.live.LiveSnapshot.LiveCount;
import io.clonetrace.live.LiveThread;
import io.clonetrace.live.Provenance;
import io.clonetrace.report.SyntheticEvent;
import io.clonetrace.report.model.StackTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The screen, without a terminal. */
class TopScreenTest {
    private static final Canvas CANVAS = new Canvas(80, 24, true);
    private static final long SECOND = 1_000_000_000;
    private static final Provenance LEAK =
            new Provenance("java", "com.acme.Leak.handle:40", "pool-*-thread-*", "-", "'app'");
    private static final Provenance CHURN = new Provenance("java", "com.acme.Churn.run:7", "task-*", "-", "'app'");
    private static final Provenance BEFORE = new Provenance("vm", Provenance.EARLIER, "GC Thread#*", "-", "-");

    private final TopScreen screen = new TopScreen("shop.jar", 4711, new RowsPage(Dimension.SITE, RowOrder.alive, ""));

    TopScreenTest() {
        screen.update(snapshot(13));
    }

    private static LiveSnapshot snapshot(int leaked) {
        List<LiveThread> threads = new ArrayList<>();
        for (int i = 0; i < leaked; i++) {
            threads.add(new LiveThread(
                    5_000 + i,
                    "pool-" + i + "-thread-1",
                    LEAK,
                    SyntheticEvent.ORIGIN,
                    0.01,
                    88 << 10,
                    1 << 20,
                    creation(i)));
        }
        threads.add(new LiveThread(4712, "GC Thread#0", BEFORE, SyntheticEvent.ORIGIN - 60 * SECOND, -1, -1, -1, null));
        return new LiveSnapshot(
                SyntheticEvent.ORIGIN + 30 * SECOND,
                SyntheticEvent.ORIGIN,
                SyntheticEvent.ORIGIN - 60 * SECOND,
                0.42,
                threads,
                2,
                Map.of(
                        LEAK, new LiveCount(leaked, 0, 1.5, 0),
                        CHURN, new LiveCount(997, 0, 33.3, 33.2),
                        BEFORE, new LiveCount(0, 1, 0, 0)),
                List.of(new LiveLimit("pids.max", 460, 512, false, 34, "/sys/fs/cgroup/pids.max")),
                0,
                Map.of("pids.max", 3L),
                0,
                "ebpf",
                List.of("a notice"));
    }

    private static Creation creation(int i) {
        return new Creation(
                SyntheticEvent.ORIGIN,
                5_000 + i,
                LEAK,
                "pool-" + i + "-thread-1",
                30 + i,
                "leaky-server",
                new StackTrace(
                        List.of(
                                SyntheticEvent.frame("java.lang.Thread.start:1"),
                                SyntheticEvent.frame("com.acme.Leak.handle:40")),
                        true),
                "CLONE_VM|CLONE_FS",
                "clone3",
                "ebpf",
                Optional.empty());
    }

    private List<String> draw() {
        return screen.draw(CANVAS).stream().map(ScreenLine::toString).toList();
    }

    private String shown() {
        return String.join("\n", draw());
    }

    private void press(Key.Name... keys) {
        for (Key.Name key : keys) {
            draw();
            assertTrue(screen.key(Key.of(key)));
        }
    }

    private void type(String text) {
        for (char c : text.toCharArray()) {
            draw();
            assertTrue(screen.key(Key.of(c)));
        }
    }

    @Test
    void rowsLimitsKindsAndNoticesAreShown() {
        List<String> lines = draw();
        assertEquals(24, lines.size());
        assertTrue(lines.get(0).startsWith("JVM 4711 shop.jar  up 90 s  CPU 42%  16 threads (+15)"), lines.get(0));
        assertEquals(
                "pids.max           " + "\u2588".repeat(14) + "\u2591".repeat(2) + "  460 of 512  89.8%  full in 34 s",
                lines.get(1));
        assertTrue(shown().contains("3 starts of threads failed: pids.max"));
        assertTrue(shown().contains("a notice"));
        assertTrue(shown().contains("      13    1.5     13     +13  1.1 MiB   13%  com.acme.Leak.handle:40"), shown());
        assertTrue(shown().contains("    997   33.3      0       0        -     -  com.acme.Churn.run:7"), shown());
        assertTrue(shown().indexOf("Leak") < shown().indexOf("Churn"), "by live threads");
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "200, 50", "40, 10", "132, 11", "20, 5", "3, 2", "1, 1"})
    void everySizeIsFilledAndNotExceeded(int width, int height) {
        Canvas canvas = new Canvas(width, height, false);
        type("?");
        for (Key.Name key : new Key.Name[] {Key.Name.ESCAPE, Key.Name.TAB, Key.Name.ENTER, Key.Name.ENTER}) {
            List<ScreenLine> lines = screen.draw(canvas);
            assertEquals(height, lines.size());
            lines.forEach(line -> assertTrue(line.toString().length() <= width, line::toString));
            press(key);
        }
    }

    @Test
    void lowScreenShowsARow() {
        String shown = screen.draw(new Canvas(80, 5, false)).stream()
                .map(ScreenLine::toString)
                .collect(Collectors.joining("\n"));
        assertTrue(shown.contains("com.acme.Leak.handle:40"), shown);
    }

    @Test
    void selectedRowIsSeenWithoutColours() {
        List<String> reversed = screen.draw(CANVAS).stream()
                .map(line -> line.painted(false))
                .filter(line -> line.contains("\u001b"))
                .toList();
        assertTrue(reversed.get(0).contains("\u001b[7mcreated at\u001b[0m"), reversed::toString);
        assertTrue(reversed.get(1).startsWith("\u001b[7m") && reversed.get(1).contains("com.acme.Leak.handle:40"));
        assertEquals(2, reversed.size());
    }

    @Test
    void numbersOfAnySizeDoNotTouch() {
        LiveRow row = new LiveRow("site", 12_345_678, 123_456, 0, 1_234_567, 1_234_567, 1028096, 1, 128);
        String line = RowsPage.line(CANVAS.line(), row).toString();
        assertEquals(
                List.of("12.3M", "123456", "1.2M", "+1.2M", ">1", "MiB", "13k%", "site"),
                List.of(line.strip().split(" +")));
        String head =
                RowsPage.head(CANVAS, Dimension.SITE, RowOrder.created, false).toString();
        assertEquals(head.indexOf("created at"), line.indexOf("site"));
    }

    @Test
    void rowIsOpenedToItsThreadsAndToACreation() {
        press(Key.Name.ENTER);
        assertTrue(shown().contains("13 live threads  created at com.acme.Leak.handle:40"), shown());
        press(Key.Name.DOWN, Key.Name.ENTER);
        assertTrue(shown().contains("created by      thread leaky-server"), shown());
        assertTrue(shown().contains("flags           CLONE_VM CLONE_FS"), shown());
        assertTrue(shown().contains("  at com.acme.Leak.handle:40"), shown());
        assertTrue(shown().contains("further frames were not recorded"), shown());
        press(Key.Name.ESCAPE, Key.Name.ESCAPE);
        assertTrue(shown().contains("com.acme.Churn.run:7"), "back in the table");
    }

    @Test
    void threadThatEndsStaysWithItsLastFigures() {
        press(Key.Name.ENTER, Key.Name.END, Key.Name.ENTER);
        screen.update(snapshot(5));
        assertTrue(shown().contains("pool-12-thread-1  (has ended)"), shown());
    }

    @Test
    void threadOfBeforeHasNoCreation() {
        type("4");
        press(Key.Name.DOWN, Key.Name.ENTER, Key.Name.ENTER);
        assertTrue(shown().contains("created         before this command looked: not seen"), shown());
        assertTrue(shown().contains("stack           not measured"), shown());
    }

    @Test
    void tablesAreChosenByNumberAndTab() {
        type("2");
        assertTrue(shown().contains("pool-*-thread-*"), shown());
        press(Key.Name.TAB, Key.Name.TAB, Key.Name.TAB);
        assertTrue(shown().contains("'app'"), shown());
    }

    @Test
    void filterKeepsMatchingRowsUntilEscape() {
        type("/CHURNq");
        press(Key.Name.BACKSPACE, Key.Name.ENTER);
        assertFalse(shown().contains("com.acme.Leak"), shown());
        assertTrue(shown().contains("filter: CHURN"), "q was a letter of it");
        press(Key.Name.ESCAPE);
        assertTrue(shown().contains("com.acme.Leak"), shown());
    }

    @Test
    void orderIsChangedAndReversed() {
        press(Key.Name.LEFT, Key.Name.LEFT);
        assertTrue(shown().indexOf("Churn") < shown().indexOf("Leak"), "by created");
        type("r");
        assertTrue(shown().indexOf("Leak") < shown().indexOf("Churn"), shown());
    }

    @Test
    void pausedScreenKeepsWhatItShows() {
        type("p");
        screen.update(snapshot(17));
        assertTrue(shown().contains("PAUSED"), shown());
        assertTrue(shown().contains("     13    1.5     13"), shown());
        type("p");
        assertTrue(shown().contains("     17    1.5     17"), shown());
    }

    @Test
    void selectionStaysWithItsRowWhenTheOrderChanges() {
        press(Key.Name.DOWN, Key.Name.DOWN);
        press(Key.Name.LEFT, Key.Name.LEFT);
        press(Key.Name.ENTER);
        assertTrue(shown().contains("created at com.acme.Churn.run:7"), shown());
    }

    @Test
    void helpIsShownAndLeft() {
        type("?");
        assertTrue(shown().contains("the threads of a row"), shown());
        type("?");
        press(Key.Name.ESCAPE);
        assertTrue(shown().contains("com.acme.Leak"), shown());
    }

    @Test
    void endOfTheJvmIsSaidAndKeysStillWork() {
        screen.ended("JVM 4711 has ended");
        assertTrue(draw().get(0).endsWith("ENDED"));
        assertEquals("JVM 4711 has ended; q quits", draw().get(23));
        press(Key.Name.ENTER);
        assertTrue(shown().contains("13 live threads"), shown());
    }

    @Test
    void quitKeysQuit() {
        assertFalse(screen.key(Key.of('q')));
        assertFalse(screen.key(Key.of(Key.Name.INTERRUPT)));
    }

    @Test
    void hostileNamesReachNoTerminal() {
        ScreenLine line = new ScreenLine(10).add("\u001b[31mred\u202e\n\u4e2d\u4e2d\u4e2d");
        assertEquals("?[31mred??", line.toString());
        assertEquals(
                "..\u4e2d\u4e2d",
                new ScreenLine(6).addEnd("\ud83d\ude00\n\u4e2d\u4e2d").toString());
        assertEquals("(blank)", ScreenLine.visible(" \n"));
        assertEquals(
                10,
                new ScreenLine(10).add("\u4e2d".repeat(9)).marked().toString().length() * 2);
    }
}
