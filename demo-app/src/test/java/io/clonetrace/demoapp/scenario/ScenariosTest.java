package io.clonetrace.demoapp.scenario;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scenario's own word against the JVM's own events. */
class ScenariosTest {

    private static final Settings PRIME = new Settings(13, 1, 3);
    private static final Settings ONE = new Settings(1, 1, 1);

    static Stream<Named<Scenario>> scenarios() {
        return Scenarios.all().stream().map(scenario -> Named.of(scenario.name(), scenario));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void tallyEqualsWhatTheJvmSaw(Scenario scenario) throws Exception {
        assumeTrue(
                scenario.available().here(),
                () -> "needs " + scenario.available().needs());
        for (Settings settings : List.of(PRIME, ONE)) {
            Tally tally = new Tally(scenario.name());
            FlightRecording seen = FlightRecording.of(scenario, tally, settings);
            List<String> own = seen.threadNames().stream()
                    .filter(name -> name.startsWith(tally.prefix()))
                    .toList();
            Set<String> unsaid = seen.threadNames().stream()
                    .filter(name -> !name.startsWith(tally.prefix()))
                    .filter(name -> tally.jdkPrefixes().stream().noneMatch(name::startsWith))
                    .filter(name -> !name.startsWith("JFR "))
                    .collect(Collectors.toSet());
            assertAll(
                    () -> assertEquals(own.size(), tally.threads(), "threads"),
                    () -> assertEquals(seen.count("jdk.VirtualThreadStart"), tally.virtualThreads(), "virtual"),
                    () -> assertEquals(seen.count("jdk.ProcessStart"), tally.processes(), "processes"),
                    () -> assertEquals(Set.of(), unsaid, "threads that the tally does not speak of"));
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void startsTheRequestedNumberOfThreads(Scenario scenario) throws Exception {
        assumeTrue(
                scenario.available().here(),
                () -> "needs " + scenario.available().needs());
        Tally tally = new Tally(scenario.name());
        scenario.run(tally, PRIME);
        switch (scenario.name()) {
            case "process" -> assertEquals(3, tally.processes());
            case "virtual" -> assertEquals(13, tally.virtualThreads());
            case "parallel-stream", "http-client" -> assertTrue(tally.line().contains(" threads=jdk "), tally.line());
            default -> assertEquals(13, tally.threads());
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void noThreadOutlivesItsScenario(Scenario scenario) throws Exception {
        assumeTrue(
                scenario.available().here(),
                () -> "needs " + scenario.available().needs());
        Tally tally = new Tally(scenario.name());
        scenario.run(tally, PRIME);
        List<Thread> alive = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(tally.prefix()))
                .toList();
        assertEquals(List.of(), alive);
    }

    @Test
    void noPrefixIsTheBeginningOfAnother() {
        List<String> prefixes = Stream.concat(Scenarios.all().stream(), Stream.of(new Hold(null, null)))
                .map(scenario -> new Tally(scenario.name()).prefix())
                .toList();
        for (String one : prefixes) {
            assertEquals(
                    List.of(one),
                    prefixes.stream().filter(other -> other.startsWith(one)).toList());
        }
    }

    @Test
    void failingThreadPrintsNothing() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true));
        try {
            new Failing().run(new Tally("failing"), PRIME);
        } finally {
            System.setErr(before);
        }
        assertEquals("", printed.toString());
    }

    @Test
    void jdkStartsThreadsInTheScenariosThatSaySo() throws Exception {
        FlightRecording seen = FlightRecording.of(new HttpClients(), new Tally("http-client"), PRIME);
        assertNotEquals(
                0,
                seen.threadNames().stream()
                        .filter(name -> name.startsWith("HttpClient-"))
                        .count());
    }
}
