package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.DemoRecording;
import io.clonetrace.it.recording.PrintedEvents;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;

/** The numbers of a report, as text, JSON and page, equal those of {@code jfr print}. */
class ReportIT {
    private static final int LOOK_MILLIS = 1_000;
    private static final BigDecimal KILO = BigDecimal.valueOf(1_024);

    /** One report in all its forms. */
    private record Report(String text, String json, String stderr) {
        static Report of(Path folder, Path recordings) throws IOException, InterruptedException {
            Path json = folder.resolve("report.json");
            Path page = folder.resolve("report.html");
            Run run = Run.toEnd(
                    folder,
                    "report",
                    Commands.clonetrace(
                            Jdk.current(), "report", "" + recordings, "--json", "" + json, "--html", "" + page));
            assertEquals(0, run.exitStatus(), run.stderr());
            assertTrue(run.stdout().lines().allMatch(line -> line.length() <= 80), run.stdout());
            Report report = new Report(run.stdout(), Files.readString(json), run.stderr());
            assertEquals(report.json.strip(), ofPage(Files.readString(page)).strip());
            return report;
        }

        /** The page's data; in a script element an angle bracket is escaped. */
        private static String ofPage(String page) {
            String start = "id=\"report-data\">";
            int from = page.indexOf(start) + start.length();
            return page.substring(from, page.indexOf("</script>", from)).replace("\\u003c", "<");
        }
    }

    @Test
    void numbersAreThoseOfJfrPrint() throws Exception {
        Path fleet = Artifacts.folder("report-fleet");
        int jdks = 0;
        boolean looked = false;
        long created = 0;
        for (Jdk jdk : Jdk.underTestAndNewest().toList()) {
            Path folder = Artifacts.folder("report-" + jdk);
            Path recording = DemoRecording.make(jdk, folder);
            Files.copy(recording, fleet.resolve("app-" + jdk.feature() + ".jfr"));
            jdks++;
            PrintedEvents printed = PrintedEvents.of(jdk, folder, recording);
            Report report = Report.of(folder, recording);
            assertEquals("", report.stderr);
            String json = report.json;
            // The same sections follow for all JVMs together and for the one.
            String one = json.substring(json.indexOf("\"jvms\""));
            for (String part : List.of(json.substring(0, json.indexOf("\"jvms\"")), one)) {
                compareKinds(printed, report.text, part);
                compareFlags(printed, report.text, part);
                looked |= compareStacks(printed, report.text, part);
                compareSites(printed, report.text, part);
            }
            compareSources(printed, report.text, one);
            created += printed.named("clonetrace.Clone").stream()
                    .filter(clone -> clone.text("error") == null)
                    .filter(clone -> !List.of("agent", "process").contains(kind(clone)))
                    .count();
        }
        compareFleet(fleet, jdks, created);
        assumeTrue(looked, "in no recording had all stacks been looked at before the JVM ended; all else was equal");
    }

    /** script(1) of util-linux runs a command on a terminal of its own. */
    @Test
    void textIsAsWideAsTheTerminal() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "there is no script(1) here");
        Path folder = Artifacts.folder("report-terminal");
        Path recording = folder.resolve("app.jfr");
        try (Recording events = new Recording()) {
            events.enable("jdk.JVMInformation");
            events.start();
            events.stop();
            events.dump(recording);
        }
        String report = String.join(" ", Commands.clonetrace(Jdk.current(), "report", recording.toString()));
        for (int columns : new int[] {40, 137}) {
            String onTerminal = "stty cols " + columns + "; TERM=xterm NO_COLOR= " + report;
            Run run = Run.toEnd(folder, "report-" + columns, List.of("script", "-qec", onTerminal, "/dev/null"));
            assertEquals(0, run.exitStatus(), run.stdout());
            String note = "source  not recorded: the clonetrace agent was not in this JVM";
            assertEquals(columns > note.length(), run.stdout().lines().anyMatch(note::equals), run.stdout());
            assertTrue(run.stdout().contains("\u001b[1mfindings: \u001b[0mnot possible: "), run.stdout());
        }
    }

    private static void compareKinds(PrintedEvents printed, String text, String json) {
        Map<String, Integer> made = new TreeMap<>();
        printed.named("clonetrace.Clone").stream()
                .filter(clone -> clone.text("error") == null)
                .forEach(clone -> made.merge(kind(clone), 1, Integer::sum));
        assertTrue(made.keySet().containsAll(Set.of("java", "vm", "agent", "process")), made::toString);
        made.forEach((kind, count) -> {
            String row = "\"kind\": \"" + kind + "\",\\s+\"created\": " + count + ",";
            assertTrue(Pattern.compile(row).matcher(json).find(), () -> row + " is not in " + json);
            String line =
                    "(?m)^" + kind + " +" + String.format(Locale.ROOT, "%,d", count) + "( +(at least )?[\\d-]+){3}$";
            assertTrue(Pattern.compile(line).matcher(text).find(), () -> line + " is not in " + text);
        });
    }

    private static void compareFlags(PrintedEvents printed, String text, String json) {
        Map<String, Integer> sets = new TreeMap<>();
        printed.named("clonetrace.Clone")
                .forEach(clone -> sets.merge("0x" + Long.toHexString(clone.number("flags")), 1, Integer::sum));
        assertTrue(sets.size() >= 2, sets::toString);
        sets.forEach((flags, count) -> {
            String row = "\"flags\": \"" + flags
                    + "\",\\s+\"names\": \"[A-Z_|0]+\",\\s+\"profile\": [^\\n]+\\s+\"calls\": " + count + ",";
            assertTrue(Pattern.compile(row).matcher(json).find(), () -> row + " is not in " + json);
            assertTrue(text.contains(flags + "  " + count + " call"), () -> flags + " " + count + " is not in " + text);
        });
        assertEquals(
                sets.size(),
                text.lines().filter(line -> line.matches("\\w [ !]0x.*")).count(),
                text);
    }

    private static boolean compareStacks(PrintedEvents printed, String text, String json) {
        List<PrintedEvents.One> stacks = printed.named("clonetrace.ThreadStack");
        Set<Long> ended = new HashSet<>();
        printed.named("jdk.ThreadEnd").forEach(end -> ended.add(end.thread()));
        stacks.stream()
                .filter(stack -> "end".equals(stack.text("moment")))
                .forEach(stack -> ended.add(stack.number("threadId")));
        Map<Long, PrintedEvents.One> last = new HashMap<>();
        stacks.stream()
                .filter(stack -> "periodic".equals(stack.text("moment")))
                .forEach(stack -> last.merge(
                        stack.number("tid"), stack, (one, other) -> time(one).isAfter(time(other)) ? one : other));
        comparePeaks(stacks, text, json);
        if (last.isEmpty()) {
            // On a slow machine the JVM may end before its stacks are measured.
            assertFalse(Pattern.compile("\"live\": [1-9]").matcher(json).find(), json);
            return false;
        }
        Instant look = last.values().stream()
                .map(ReportIT::time)
                .max(Instant::compareTo)
                .orElseThrow();
        Map<String, long[]> live = new TreeMap<>();
        last.values().stream()
                .filter(stack -> time(stack).isAfter(look.minusMillis(LOOK_MILLIS)))
                .filter(stack -> stack.number("threadId") < 0 || !ended.contains(stack.number("threadId")))
                .forEach(stack -> {
                    long[] sums = live.computeIfAbsent(stack.text("kind"), kind -> new long[3]);
                    sums[0]++;
                    sums[1] += Math.max(0, stack.number("reserved"));
                    sums[2] += Math.max(0, stack.number("touched"));
                });
        assertTrue(live.keySet().containsAll(Set.of("java", "vm", "agent")), live::toString);
        live.forEach((kind, sums) -> {
            String row = "\"kind\": \"" + kind + "\",\\s+\"live\": " + sums[0]
                    + ",\\s+\"unmeasured\": \\d+,\\s+\"reserved\": " + sums[1] + ",\\s+\"touched\": " + sums[2] + ",";
            assertTrue(Pattern.compile(row).matcher(json).find(), () -> row + " is not in " + json);
            String line = "(?m)^" + kind + " +" + sums[0] + " +" + size(sums[1]) + " +" + size(sums[2]) + " +0 B ";
            assertTrue(Pattern.compile(line).matcher(text).find(), () -> line + " is not in " + text);
        });
        return true;
    }

    private static void comparePeaks(List<PrintedEvents.One> stacks, String text, String json) {
        List<Long> peaks = most(stacks, "touched");
        String row = "\"measured\": " + peaks.size() + ",\\s+" + percentiles("peak", peaks);
        assertTrue(Pattern.compile(row).matcher(json).find(), () -> row + " is not in " + json);
        List<Long> sorted = most(stacks, "depth");
        String depths = percentiles("depth", sorted);
        assertTrue(Pattern.compile(depths).matcher(json).find(), () -> depths + " is not in " + json);
        long half = half(sorted);
        long most = sorted.get(sorted.size() - 1);
        String line = "(?m)^java +" + sorted.size() + " +" + size(half) + " .* " + size(most) + " +[\\d.]+%$";
        assertTrue(Pattern.compile(line).matcher(text).find(), () -> line + " is not in " + text);
    }

    /** The most that each Java thread was seen to hold of that, sorted. */
    private static List<Long> most(List<PrintedEvents.One> stacks, String field) {
        Map<Long, Long> peaks = stacks.stream()
                .filter(stack -> "java".equals(stack.text("kind")) && stack.number(field) >= 0)
                .collect(Collectors.toMap(stack -> stack.number("threadId"), stack -> stack.number(field), Math::max));
        return peaks.values().stream().sorted().toList();
    }

    private static long half(List<Long> sorted) {
        return sorted.get((sorted.size() + 1) / 2 - 1);
    }

    private static String percentiles(String name, List<Long> sorted) {
        return "\"%1$sP50\": %2$d,\\s+\"%1$sP90\": \\d+,\\s+\"%1$sP99\": \\d+,\\s+\"%1$sMax\": %3$d"
                .formatted(name, half(sorted), sorted.get(sorted.size() - 1));
    }

    private static void compareSites(PrintedEvents printed, String text, String json) {
        Map<String, Integer> sites = new TreeMap<>();
        printed.named("clonetrace.ThreadStart")
                .forEach(start -> start.call().ifPresent(site -> sites.merge(site, 1, Integer::sum)));
        assertTrue(sites.size() >= 2, sites::toString);
        sites.forEach((site, count) -> {
            String row = "\"site\": \"" + Pattern.quote(site) + "\",(?:\\s+\"[a-z]+\": [^\\n]+,)*?\\s+\"created\": "
                    + count + ",";
            assertTrue(Pattern.compile(row).matcher(json).find(), () -> row + " is not in " + json);
            String line = "(?m)^ +" + count + " .*\\s+" + Pattern.quote(site) + "$";
            assertTrue(Pattern.compile(line).matcher(text).find(), () -> line + " is not in " + text);
        });
    }

    private static void compareSources(PrintedEvents printed, String text, String json) {
        Map<String, PrintedEvents.One> last = new TreeMap<>();
        printed.named("clonetrace.SourceStatus")
                .forEach(status -> last.merge(
                        status.text("source"), status, (one, other) -> time(one).isAfter(time(other)) ? one : other));
        assertTrue(last.keySet().containsAll(Set.of("strace", "hook")), last::toString);
        last.forEach((source, status) -> {
            String row = "\"source\": \"" + source + "\",\\s+\"state\": \"" + status.text("state")
                    + "\",\\s+\"reason\": [^\\n]+\\s+\"seen\": " + known(status.number("seen"), "null")
                    + ",\\s+\"lost\": " + known(status.number("lost"), "null");
            assertTrue(Pattern.compile(row).matcher(json).find(), () -> row + " is not in " + json);
            String line = "source  " + source + ": " + status.text("state") + ", "
                    + known(status.number("seen"), "not known how many") + " ";
            assertTrue(text.contains(line), () -> line + " is not in " + text);
        });
    }

    private static String known(long number, String orElse) {
        return number < 0 ? orElse : Long.toString(number);
    }

    /** Recordings of several JDKs, one of them without the agent, beside a file that is no recording. */
    private static void compareFleet(Path fleet, int jdks, long created) throws IOException, InterruptedException {
        Path plain = fleet.resolve("plain.jfr");
        Run.toEnd(
                fleet,
                "plain",
                List.of(
                        Jdk.current().tool("java"),
                        "-XX:StartFlightRecording=filename=" + plain,
                        "-jar",
                        Artifacts.DEMO.toString(),
                        "--threads",
                        "7",
                        "--only",
                        "plain"));
        Files.writeString(fleet.resolve("notes.txt"), "no recording");
        Path text = Files.writeString(fleet.resolve("text.jfr"), "no recording");
        // A copied part of a recording that is there as a whole adds nothing, whichever is read first.
        byte[] whole = Files.readAllBytes(plain);
        Files.write(fleet.resolve("cut.jfr"), Arrays.copyOf(whole, 1_000));
        Report report = Report.of(fleet, fleet);
        assertEquals(1, report.stderr.lines().count(), report.stderr);
        assertTrue(report.stderr.startsWith("clonetrace: " + text + " can't be read"), report.stderr);
        String json = report.json;
        assertEquals(
                jdks + 1,
                Pattern.compile("(?m)^ {6}\"pid\": (\\d+),$")
                        .matcher(json)
                        .results()
                        .map(pid -> pid.group(1))
                        .distinct()
                        .count());
        assertTrue(json.contains("\"mainClass\": \"demo-app.jar\""), json);
        assertFalse(json.contains("notes.txt"), json);
        // The recording without the agent has only the JDK's event; DestroyJavaVM is the main thread again.
        long plains = PrintedEvents.of(Jdk.current(), fleet, plain).named("jdk.ThreadStart").stream()
                .filter(start -> start.thread() > 0 && !start.threadName().equals("DestroyJavaVM"))
                .count();
        assertTrue(plains >= 7, () -> "threads: " + plains);
        String all = "\"all\": \\{\\s+\"threads\": \\{\\s+\"kind\": \"all but agent\",\\s+\"created\": "
                + (created + plains) + ",";
        assertTrue(Pattern.compile(all).matcher(json).find(), () -> all + " is not in " + json);
        assertTrue(report.text.startsWith((jdks + 1) + " JVMs in "), report.text);
    }

    /** What was not observed is null in the recording. */
    private static String kind(PrintedEvents.One event) {
        return event.text("kind") == null ? "unknown" : event.text("kind");
    }

    private static Instant time(PrintedEvents.One event) {
        return Instant.parse(event.values().get("startTime"));
    }

    private static String size(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB"};
        int unit = 0;
        BigDecimal amount = BigDecimal.valueOf(bytes);
        while (amount.setScale(0, RoundingMode.HALF_UP).compareTo(KILO) >= 0) {
            amount = amount.divide(KILO);
            unit++;
        }
        boolean tenths = unit > 0 && amount.setScale(1, RoundingMode.HALF_UP).compareTo(BigDecimal.TEN) < 0;
        String digits = String.format(Locale.ROOT, "%,.1f", amount.setScale(tenths ? 1 : 0, RoundingMode.HALF_UP));
        return digits.replaceFirst("\\.0$", "") + " " + units[unit];
    }
}
