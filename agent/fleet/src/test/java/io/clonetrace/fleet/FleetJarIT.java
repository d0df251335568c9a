package io.clonetrace.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, and the command of the agent's jar that finds it. */
class FleetJarIT {
    private static final Path JAR = Path.of("target/clonetrace-fleet.jar").toAbsolutePath();
    private static final Path AGENT = Path.of("../target/clonetrace.jar").toAbsolutePath();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String LICENSES = "META-INF/licenses/";

    @TempDir
    static Path recordings;

    @TempDir
    Path folder;

    @BeforeAll
    static void record() throws IOException {
        SampleRecordings.agents(recordings.resolve("agents.jfr"));
        SampleRecordings.plain(recordings.resolve("plain.jfr"), 11);
    }

    private record Run(int status, String out, String err) {}

    private Run run(List<String> environment, String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> words = new ArrayList<>(List.of("env"));
        words.addAll(environment);
        words.addAll(List.of(command));
        Process process = new ProcessBuilder(words)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> String.join(" ", words) + " did not end");
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void exportOfTheAgentsJarTakesTheJarBesideIt() throws Exception {
        Path agent = Files.copy(AGENT, folder.resolve("clonetrace-1.2.3.jar"));
        String[] export = {
            JAVA,
            "-jar",
            agent.toString(),
            "export",
            recordings.toString(),
            "--to",
            folder.resolve("tables").toString()
        };
        Run without = run(List.of("-u", "CLONETRACE_FLEET"), export);
        assertEquals(1, without.status, without.err);
        assertEquals(1, without.err.lines().count(), without.err);
        assertTrue(without.err.contains("export needs clonetrace-fleet.jar beside"), without.err);
        Files.createSymbolicLink(folder.resolve("clonetrace-fleet-1.2.3.jar"), JAR);
        Run with = run(List.of("-u", "CLONETRACE_FLEET"), export);
        assertEquals(0, with.status, with.err);
        assertEquals("", with.out);
        assertEquals(1, with.err.lines().count(), with.err);
        Run answers = run(
                List.of(),
                JAVA,
                "-jar",
                JAR.toString(),
                "sql",
                folder.resolve("tables").toString(),
                "--sql",
                "SELECT COUNT(*) AS threads FROM thread WHERE name LIKE 'plain-%'");
        assertEquals(List.of("threads", "     11"), answers.out.lines().limit(2).toList(), answers.err);
    }

    @Test
    void aFullDiskIsOneLineAndTheNextExportGoesOn() throws Exception {
        // A limit on the size of files stands for the disk; JSON is written without DuckDB.
        Run full = json("ulimit -f 1");
        assertEquals(1, full.status, full.err);
        assertEquals(1, full.err.lines().count(), full.err);
        assertTrue(full.err.contains("stopped: "), full.err);
        try (Stream<Path> left = Files.walk(folder.resolve("tables"))) {
            assertFalse(left.anyMatch(file -> file.toString().contains("_tmp-")));
        }
        Run again = json("true");
        assertEquals(0, again.status, again.err);
    }

    /** Exports into JSON, after a command of the shell. */
    private Run json(String before) throws IOException, InterruptedException {
        return run(
                List.of(),
                "bash",
                "-c",
                before + "; exec \"$@\"",
                "bash",
                JAVA,
                "-XX:-UsePerfData",
                "-jar",
                JAR.toString(),
                "export",
                recordings.toString(),
                "--format",
                "ndjson",
                "--to",
                folder.resolve("tables").toString());
    }

    @Test
    void duckDbIsLoadedFromTmpdirWhereTheTemporaryFolderOfJavaIsNoexec() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "the tests do not run as root");
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        Path executable = Files.createDirectory(folder.resolve("executable"));
        Path tables = folder.resolve("tables");
        String[] export = {
            "unshare",
            "-m",
            "sh",
            "-ec",
            "mount -t tmpfs -o noexec,size=256m none " + mounted + "\nexec \"$@\"",
            "sh",
            JAVA,
            "-Djava.io.tmpdir=" + mounted,
            "-jar",
            AGENT.toString(),
            "export",
            recordings.toString(),
            "--to",
            tables.toString()
        };
        Run refused = run(List.of("-u", "TMPDIR", "CLONETRACE_FLEET=" + JAR), export);
        assertEquals(1, refused.status, refused.err);
        assertEquals(1, refused.err.lines().count(), refused.err);
        assertTrue(
                refused.err.contains("can't be loaded from " + mounted + " (failed to map segment from shared object)"),
                refused.err);
        assertTrue(refused.err.contains("TMPDIR=DIR"), refused.err);
        Run done = run(List.of("TMPDIR=" + executable, "CLONETRACE_FLEET=" + JAR), export);
        assertEquals(0, done.status, done.err);
        assertTrue(Files.isDirectory(tables.resolve("recording")));
        try (Stream<Path> left = Files.list(executable)) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** 150 MB in chunks, of which a JVM with 64 MB of heap has two parts in memory, one after the other. */
    @Test
    @Tag("long")
    void aLongRecordingNeedsNoMoreMemoryThanAPart() throws Exception {
        Path chunk = recordings.resolve("agents.jfr");
        int chunks = (int) (150_000_000 / Files.size(chunk));
        Path recording = SampleRecordings.repeated(chunk, folder.resolve("long.jfr"), chunks);
        Path tables = folder.resolve("tables");
        Run export = run(
                List.of(),
                JAVA,
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-jar",
                JAR.toString(),
                "export",
                recording.toString(),
                "--threads",
                "1",
                "--to",
                tables.toString());
        assertEquals(0, export.status, export.err);
        Run counts = run(
                List.of(),
                JAVA,
                "-jar",
                JAR.toString(),
                "sql",
                tables.toString(),
                "--sql",
                "SELECT (SELECT COUNT(*) FROM failed_start) = 3 * (SELECT SUM(chunks) FROM recording) AS equal,"
                        + " (SELECT SUM(chunks) FROM recording) = " + chunks
                        + " AS complete, COUNT(*) AS parts FROM recording");
        assertEquals("true   true          3", counts.out.lines().toList().get(1), counts.out + counts.err);
    }

    @Test
    void everyFileBelongsToAComponentWithItsLicence() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            List<String[]> components = new String(
                            jar.getInputStream(jar.getEntry(LICENSES + "components.tsv"))
                                    .readAllBytes(),
                            StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .toList();
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream().filter(one -> !one.isDirectory())::iterator) {
                assertTrue(
                        components.stream().anyMatch(one -> Pattern.matches(one[4], entry.getName())),
                        () -> "no component has " + entry.getName());
            }
            for (String[] component : components) {
                for (String text : component[5].split(" ")) {
                    assertTrue(jar.getEntry(text) != null, () -> component[0] + " lacks " + text);
                }
            }
            List<String> libraries = jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.startsWith("libduckdb_java.so_"))
                    .sorted()
                    .toList();
            assertEquals(Arrays.asList("libduckdb_java.so_linux_amd64", "libduckdb_java.so_linux_arm64"), libraries);
        }
    }
}
