package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.report.finding.Rules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmc.common.item.IItemCollection;
import org.openjdk.jmc.common.util.IPreferenceValueProvider;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;
import org.openjdk.jmc.flightrecorder.rules.IResult;
import org.openjdk.jmc.flightrecorder.rules.IRule;
import org.openjdk.jmc.flightrecorder.rules.RuleRegistry;
import org.openjdk.jmc.flightrecorder.rules.Severity;
import org.openjdk.jmc.flightrecorder.rules.util.RulesToolkit;

/** JMC's own rule runner, with the packaged jar, finds in real recordings what the report finds. */
class JmcRulesIT {
    private static final String OURS = "io.clonetrace.";
    /** More than the rule thread-churn asks for. */
    private static final int MANY = 1511;

    private static final int THREADS_OF_JMC = 2;
    private static final Pattern FINDING = Pattern.compile(
            "\"rule\": \"([^\"]+)\",\\s+\"severity\": \"[a-z]+\",\\s+\"summary\": \"((?:[^\"\\\\]|\\\\.)*)\",\\s+\"evidence\": \"((?:[^\"\\\\]|\\\\.)*)\"");

    @Test
    void jarIsWhatJmcLoads() throws Exception {
        Set<String> ids = ours().stream().map(IRule::getId).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                Rules.all().stream().map(rule -> OURS + rule.name()).collect(Collectors.toCollection(TreeSet::new)),
                ids);
        Path jar = Path.of(System.getProperty("clonetrace.rules"));
        assertEquals(
                jar.toRealPath(),
                Path.of(ours().iterator()
                                .next()
                                .getClass()
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toRealPath());
        try (JarFile file = new JarFile(jar.toFile())) {
            assertEquals(
                    "io.clonetrace.jmc;singleton:=true",
                    file.getManifest().getMainAttributes().getValue("Bundle-SymbolicName"));
            assertTrue(file.getEntry("plugin.xml") != null);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void rulesFindWhatTheReportFinds(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("jmc-rules-" + jdk);
        Map<String, String> many = check(jdk, folder, "many", MANY);
        assertTrue(many.containsKey("thread-churn"), many.toString());
        Map<String, String> few = check(jdk, folder, "few", 3);
        assertTrue(!few.containsKey("thread-churn"), few.toString());
    }

    /** @return the report's findings, each rule's evidence */
    private static Map<String, String> check(Jdk jdk, Path folder, String name, int threads) throws Exception {
        Path recording = folder.resolve(name + ".jfr");
        Path json = folder.resolve(name + ".json");
        Run app = Run.toEnd(
                folder,
                name,
                List.of(
                        jdk.tool("java"),
                        Artifacts.agent("record=" + recording, Run.WAIT),
                        "-jar",
                        Artifacts.DEMO.toString(),
                        "--only=plain",
                        "--threads=" + threads));
        assertEquals(0, app.exitStatus(), app.stderr());
        Run report = Run.toEnd(
                folder,
                name + "-report",
                List.of(
                        jdk.tool("java"),
                        "-jar",
                        Artifacts.JAR.toString(),
                        "report",
                        recording.toString(),
                        "--json",
                        json.toString()));
        assertEquals(0, report.exitStatus(), report.stderr());
        Map<String, String> expected = findings(Files.readString(json));
        Map<String, String> found = new TreeMap<>();
        for (IResult result : results(JfrLoaderToolkit.loadEvents(recording.toFile()))) {
            String rule = result.getRule().getId().substring(OURS.length());
            if (result.getSeverity().compareTo(Severity.OK) > 0) {
                found.put(rule, result.getExplanation());
            } else {
                assertEquals(Severity.OK, result.getSeverity(), rule + ": " + result.getSummary());
            }
        }
        assertEquals(expected, found);
        return expected;
    }

    private static Map<String, String> findings(String json) {
        Map<String, List<String>> evidence = new TreeMap<>();
        Matcher finding = FINDING.matcher(json);
        while (finding.find()) {
            evidence.computeIfAbsent(finding.group(1), rule -> new ArrayList<>())
                    .add(finding.group(2) + " " + finding.group(3));
        }
        Map<String, String> joined = new TreeMap<>();
        evidence.forEach((rule, texts) -> joined.put(rule, String.join(" ", texts)));
        return joined;
    }

    private static Collection<IRule> ours() {
        return RuleRegistry.getRules().stream()
                .filter(rule -> rule.getId().startsWith(OURS))
                .toList();
    }

    private static List<IResult> results(IItemCollection events) throws Exception {
        Map<IRule, Future<IResult>> running =
                RulesToolkit.evaluateParallel(ours(), events, IPreferenceValueProvider.DEFAULT_VALUES, THREADS_OF_JMC);
        List<IResult> results = new ArrayList<>();
        for (Future<IResult> result : running.values()) {
            results.add(result.get());
        }
        assertEquals(Rules.all().size(), results.size());
        return results;
    }
}
