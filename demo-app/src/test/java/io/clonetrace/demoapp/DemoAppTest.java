package io.clonetrace.demoapp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.demoapp.scenario.Availability;
import io.clonetrace.demoapp.scenario.Scenario;
import io.clonetrace.demoapp.scenario.Scenarios;
import io.clonetrace.demoapp.scenario.Settings;
import io.clonetrace.demoapp.scenario.Tally;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DemoAppTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(List<Scenario> scenarios, String... args) {
        CommandLine line = DemoApp.commandLine(scenarios, InputStream.nullInputStream());
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void listsEachScenarioOnItsOwnLine() {
        assertEquals(0, execute(Scenarios.all(), "--list"));
        List<String> lines = out.toString().lines().toList();
        assertEquals(
                Scenarios.all().stream().map(Scenario::name).toList(),
                lines.stream().map(line -> line.split(" +")[0]).toList());
        for (int i = 0; i < lines.size(); i++) {
            boolean here = Scenarios.all().get(i).available().here();
            assertEquals(!here, lines.get(i).contains("not here: needs "), lines.get(i));
        }
    }

    @Test
    void totalIsTheSumOfTheLines() {
        assertEquals(0, execute(Scenarios.all(), "--threads", "5", "--processes", "2"), err::toString);
        String lines = out.toString();
        assertEquals(
                "total threads=%d processes=%d virtual=%d"
                        .formatted(sum("threads", lines), sum("processes", lines), sum("virtual", lines)),
                lines.lines().reduce((first, last) -> last).orElseThrow());
        assertEquals(2, sum("processes", lines));
    }

    @Test
    void leakedThreadsOutliveTheRun() {
        Set<Thread> before = pools();
        assertEquals(0, execute(Scenarios.all(), "--only", "plain", "--leak", "3"), err::toString);
        assertTrue(out.toString().endsWith("leaked threads=3\n"), out::toString);
        Set<Thread> leaked = pools();
        leaked.removeAll(before);
        assertEquals(3, leaked.size(), leaked::toString);
        assertEquals(2, execute(Scenarios.all(), "--leak", "-1"));
    }

    private static Set<Thread> pools() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("pool-\\d+-thread-1"))
                .collect(Collectors.toSet());
    }

    private static long sum(String field, String lines) {
        return Pattern.compile("(?m)^scenario .* " + field + "=(\\d+) ")
                .matcher(lines)
                .results()
                .map((MatchResult match) -> match.group(1))
                .mapToLong(Long::parseLong)
                .sum();
    }

    @Test
    void runsOnlyTheNamedScenariosInOrderAndOnce() {
        assertEquals(0, execute(Scenarios.all(), "--only", "timer,plain,timer"));
        assertEquals("""
                scenario name=timer threads=13 processes=0 virtual=0 prefix=timer-
                scenario name=plain threads=13 processes=0 virtual=0 prefix=plain-
                total threads=26 processes=0 virtual=0
                """, out.toString());
        assertEquals(2, err.toString().lines().count());
    }

    @Test
    void unknownNameIsRefusedWithTheValidOnes() {
        assertEquals(2, execute(Scenarios.all(), "--only", "plain,plane"));
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(err.toString().contains("'plane'"), err.toString());
        Scenarios.all().forEach(scenario -> assertTrue(err.toString().contains(scenario.name()), err.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--threads=0", "--threads=x", "--threads=-1", "--processes=0", "--creators=9", "--what"})
    void wrongUsageIsOneLine(String arg) {
        assertEquals(2, execute(Scenarios.all(), arg));
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void failingScenarioIsNamedAndEndsTheRun() {
        Scenario refused = new Broken(new OutOfMemoryError("unable to create native thread"));
        assertEquals(1, execute(List.of(refused, Scenarios.all().get(0))));
        assertEquals("", out.toString());
        assertEquals(
                List.of(
                        "broken: fails",
                        "demo-app: broken failed: java.lang.OutOfMemoryError: unable to create native thread"),
                err.toString().lines().toList());
    }

    @Test
    void unavailableScenarioIsSkippedUnlessNamed() {
        Scenario lacking = new Lacking();
        assertEquals(0, execute(List.of(lacking)));
        assertEquals("lacking: skipped, needs Java 99 or later\n", err.toString());
        assertEquals("total threads=0 processes=0 virtual=0\n", out.toString());
        assertEquals(1, execute(List.of(lacking), "--only", "lacking"));
        assertTrue(err.toString().endsWith("demo-app: lacking needs Java 99 or later\n"), err.toString());
    }

    private record Broken(Error error) implements Scenario {

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public String description() {
            return "fails";
        }

        @Override
        public void run(Tally tally, Settings settings) {
            throw error;
        }
    }

    private static final class Lacking implements Scenario {

        @Override
        public String name() {
            return "lacking";
        }

        @Override
        public String description() {
            return "runs nowhere";
        }

        @Override
        public Availability available() {
            return new Availability(false, "Java 99 or later");
        }

        @Override
        public void run(Tally tally, Settings settings) {
            throw new AssertionError("it was said not to be available");
        }
    }
}
