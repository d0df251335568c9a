package io.clonetrace.fleet.generator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.fleet.generator.jfr.ChunkWriter;
import io.clonetrace.fleet.generator.jfr.RecordedChunk;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.ThreadRow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmc.common.item.IItemIterable;
import org.openjdk.jmc.flightrecorder.JfrLoaderToolkit;

/** What the generator writes, read by the JDK's parser, by that of Mission Control and by the report. */
class FleetGeneratorTest {
    private static final int STARTED = 307;

    @TempDir
    static Path folder;

    private static Path template;

    @BeforeAll
    static void record() throws IOException {
        template = TemplateRecording.file();
    }

    private static Path generated(String name, FleetPlan plan) throws IOException {
        Path fleet = Files.createDirectories(folder.resolve(name));
        new FleetGenerator(List.of(template), plan).write(fleet);
        return fleet;
    }

    private static List<Path> files(Path fleet) throws IOException {
        try (Stream<Path> all = Files.walk(fleet)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<Map<String, String>> truth(Path fleet) throws IOException {
        List<String> lines = Files.readAllLines(fleet.resolve("truth.tsv"));
        String[] names = lines.get(0).split("\t");
        return lines.stream()
                .skip(1)
                .map(line -> {
                    String[] values = line.split("\t");
                    Map<String, String> row = new TreeMap<>();
                    for (int index = 0; index < names.length; index++) {
                        row.put(names[index], values[index]);
                    }
                    return row;
                })
                .toList();
    }

    /** How many events of each type there are, as the JDK's parser reads them. */
    private static Map<String, Long> byJdk(Path recording) throws IOException {
        return RecordingFile.readAllEvents(recording).stream()
                .collect(Collectors.groupingBy(
                        event -> event.getEventType().getName(), TreeMap::new, Collectors.counting()));
    }

    @Test
    void aRewrittenRecordingHasTheSameEvents() throws IOException {
        RecordedChunk chunk = RecordedChunk.largestOf(template);
        Path rewritten = folder.resolve("rewritten.jfr");
        ChunkWriter writer = new ChunkWriter(chunk, chunk.times());
        chunk.events().forEach(writer::event);
        try (OutputStream out = Files.newOutputStream(rewritten)) {
            writer.finish(chunk.constants(), out);
        }
        List<String> own = RecordingFile.readAllEvents(template).stream()
                .map(RecordedEvent::toString)
                .sorted()
                .toList();
        assertFalse(own.isEmpty());
        assertEquals(
                own,
                RecordingFile.readAllEvents(rewritten).stream()
                        .map(RecordedEvent::toString)
                        .sorted()
                        .toList());
    }

    /** Chunks are distinguished by start and ticks; of many JVMs, some begin in the same millisecond. */
    @Test
    void noTwoJvmsHaveTheSameTicks() throws IOException {
        Path fleet = generated("ticks", new FleetPlan(3, 7, 2, 1, 2, 2, 0));
        Set<Long> ticks = new HashSet<>();
        for (Map<String, String> row : truth(fleet)) {
            ticks.add(RecordedChunk.largestOf(fleet.resolve(row.get("path")))
                    .times()
                    .startTicks());
        }
        assertEquals(7, ticks.size());
    }

    @Test
    void theParsersOfTheJdkAndOfMissionControlReadTheSameEvents() throws Exception {
        Path fleet = generated("parsers", new FleetPlan(3, 2, 2, 1, STARTED, 2, 0));
        for (Map<String, String> row : truth(fleet)) {
            Path recording = fleet.resolve(row.get("path"));
            Map<String, Long> byJdk = byJdk(recording);
            assertEquals(Long.parseLong(row.get("started")), byJdk.get("clonetrace.ThreadStart"));
            assertEquals(Long.parseLong(row.get("clones")), byJdk.get("clonetrace.Clone"));
            long ended = Long.parseLong(row.get("started")) - Long.parseLong(row.get("alive"));
            assertEquals(ended, byJdk.get("jdk.ThreadEnd"));
            Map<String, Long> byJmc = new TreeMap<>();
            for (IItemIterable items : JfrLoaderToolkit.loadEvents(recording.toFile())) {
                byJmc.merge(items.getType().getIdentifier(), items.getItemCount(), Long::sum);
            }
            byJmc.values().removeIf(count -> count == 0);
            byJmc.keySet().retainAll(byJdk.keySet());
            assertEquals(byJdk, byJmc);
        }
    }

    @Test
    void theReportFindsTheThreadsHostsAndPidsThatWereMade() throws IOException {
        Path fleet = generated("report", new FleetPlan(5, 5, 3, 2, STARTED, 5, 0));
        for (Map<String, String> row : truth(fleet)) {
            Jvm jvm = Recordings.read(fleet.resolve(row.get("path"))).jvms().get(0);
            assertEquals(row.get("host"), jvm.name().host().orElseThrow());
            assertEquals(Long.parseLong(row.get("pid")), jvm.name().pid());
            List<ThreadRow> created = jvm.threads().stream()
                    .filter(thread -> thread.isCreated() && thread.kindLabel().equals("java"))
                    .toList();
            assertEquals(Long.parseLong(row.get("started")), created.size(), row.toString());
            assertEquals(
                    Long.parseLong(row.get("alive")),
                    created.stream()
                            .filter(thread -> thread.life() == Liveness.ALIVE)
                            .count(),
                    row.toString());
        }
    }

    @Test
    void theSamePlanGivesTheSameFilesAndAnotherSeedOthers() throws IOException {
        Path one = generated("one", new FleetPlan(7, 3, 2, 2, 31, 2, 0));
        Path same = generated("same", new FleetPlan(7, 3, 2, 2, 31, 2, 0));
        Path other = generated("other", new FleetPlan(8, 3, 2, 2, 31, 2, 0));
        boolean different = false;
        for (Path file : files(one)) {
            byte[] bytes = Files.readAllBytes(file);
            assertArrayEquals(bytes, Files.readAllBytes(same.resolve(one.relativize(file))), file.toString());
            Path its = other.resolve(one.relativize(file));
            different |= !Files.exists(its) || Files.mismatch(file, its) >= 0;
        }
        assertTrue(different);
    }

    @Test
    void aRecordingOfManyThreadsHasSeveralChunks() throws IOException {
        int threads = 601;
        Path fleet = Files.createDirectories(folder.resolve("chunks"));
        new FleetGenerator(List.of(template), new FleetPlan(9, 1, 1, 1, threads, 1, 0), 251).write(fleet);
        Path recording = fleet.resolve(truth(fleet).get(0).get("path"));
        Map<String, Long> byJdk = byJdk(recording);
        assertEquals(3, byJdk.get("jdk.JVMInformation"));
        assertEquals(threads, byJdk.get("clonetrace.ThreadStart"));
        assertEquals(
                Long.parseLong(truth(fleet).get(0).get("alive")),
                Recordings.read(recording).jvms().get(0).threads().stream()
                        .filter(thread -> thread.isCreated() && thread.life() == Liveness.ALIVE)
                        .count());
    }
}
