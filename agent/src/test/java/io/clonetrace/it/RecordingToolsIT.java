package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.DemoRecording;
import io.clonetrace.it.recording.Recorded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.EventType;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each JDK's own tools read its recording. The fields' names and order are an interface. */
class RecordingToolsIT {
    private static final Map<String, List<String>> FIELDS = Map.of(
            "clonetrace.ThreadStart",
            names("child childName childId childTid threadClass requestedStackSize stackBase stackSize"
                    + " callSite contextClassLoader"),
            "clonetrace.Clone",
            names("kind childName childId childTid child parentName parentId parentTid syscall flags flagNames stack"
                    + " stackSize tls exitSignal source observedAt kernelTime error"
                    + " startRoutine nativeStackId attempts limit used max location"),
            "clonetrace.ThreadStack",
            names("name threadId tid thread kind moment base reserved guard touched huge creationObserved depth"
                    + " taskStarted snapshot"),
            "clonetrace.ThreadLimit",
            names("limit used max location"),
            "clonetrace.SourceStatus",
            names("source state reason seen lost"),
            "clonetrace.VirtualThreads",
            names("started"),
            "clonetrace.CodeSource",
            names("codePackage location classes"));

    private static final List<String> OF_JFR = names("startTime duration eventThread stackTrace");
    private static final List<String> ADDRESSES = names("stackBase flags stack tls base");
    private static final List<String> SIZES = names("requestedStackSize stackSize reserved guard touched huge depth");
    private static final Pattern EVENT = Pattern.compile("^(clonetrace\\.\\w+) \\{$");
    private static final Pattern FIELD = Pattern.compile("^  (\\w+) = (.*)$");

    private static final Map<Jdk, Path> RECORDINGS = new HashMap<>();

    private static Path recording(Jdk jdk) throws IOException, InterruptedException {
        if (!RECORDINGS.containsKey(jdk)) {
            RECORDINGS.put(jdk, DemoRecording.make(jdk, Artifacts.folder("recording-tools-" + jdk)));
        }
        return RECORDINGS.get(jdk);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jfrSummaryCountsTheEvents(Jdk jdk) throws Exception {
        Path recording = recording(jdk);
        Path folder = recording.getParent();
        Recorded recorded = Recorded.read(recording);
        Run summary = Run.toEnd(folder, "summary", List.of(jdk.tool("jfr"), "summary", recording.toString()));
        assertEquals(0, summary.exitStatus(), summary.stderr());
        for (String event : FIELDS.keySet()) {
            Matcher line = Pattern.compile("(?m)^ " + event + " +(\\d+) +\\d+$").matcher(summary.stdout());
            assertTrue(line.find(), event);
            assertEquals(recorded.named(event).size(), Integer.parseInt(line.group(1)), event);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jfrPrintShowsAddressesAndSizesInTheOrderOfTheFields(Jdk jdk) throws Exception {
        Path recording = recording(jdk);
        Path folder = recording.getParent();
        Run print = Run.toEnd(
                folder, "print", List.of(jdk.tool("jfr"), "print", "--events", "clonetrace.*", recording.toString()));
        assertEquals(0, print.exitStatus(), print.stderr());
        assertEquals("", print.stderr());
        Map<String, List<List<String>>> printed = new TreeMap<>();
        List<String> fields = null;
        for (String line : print.stdout().lines().toList()) {
            Matcher event = EVENT.matcher(line);
            Matcher field = FIELD.matcher(line);
            if (event.matches()) {
                fields = new ArrayList<>();
                printed.computeIfAbsent(event.group(1), name -> new ArrayList<>())
                        .add(fields);
            } else if (field.matches() && !OF_JFR.contains(field.group(1))) {
                fields.add(field.group(1));
                assertTrue(field.group(2).matches(form(field.group(1))), line);
            }
        }
        Recorded recorded = Recorded.read(recording);
        assertEquals(FIELDS.keySet(), printed.keySet());
        printed.forEach((event, all) -> {
            assertEquals(recorded.named(event).size(), all.size(), event);
            all.forEach(one -> assertEquals(FIELDS.get(event), one, event));
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void everyEventAndFieldHasALabelAndADescription(Jdk jdk) throws Exception {
        Recorded recorded = Recorded.read(recording(jdk));
        for (String name : FIELDS.keySet()) {
            List<RecordedEvent> events = recorded.named(name);
            EventType type = events.get(0).getEventType();
            assertEquals(List.of("clonetrace"), type.getCategoryNames(), name);
            assertNotNull(type.getLabel(), name);
            assertNotNull(type.getDescription(), name);
            for (String field : FIELDS.get(name)) {
                ValueDescriptor descriptor = type.getField(field);
                assertNotNull(descriptor.getLabel(), name + "." + field);
                assertNotNull(descriptor.getDescription(), name + "." + field);
            }
        }
    }

    private static String form(String field) {
        if (ADDRESSES.contains(field)) {
            return "0x[0-9A-F]{8,16}";
        }
        return SIZES.contains(field) ? "-1 byte|\\d+([.,]\\d)? (bytes|kB|MB)" : ".*";
    }

    private static List<String> names(String text) {
        return List.of(text.split(" "));
    }
}
