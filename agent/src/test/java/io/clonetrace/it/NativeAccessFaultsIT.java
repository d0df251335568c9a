package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.it.host.Creators;
import io.clonetrace.it.host.WaitsForItsGroup;
import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.PatchedJdk;
import io.clonetrace.it.process.PrivateMounts;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Native code that can't be loaded: what pure Java sees is still recorded, and one line says what is missing. */
class NativeAccessFaultsIT {
    /** What a host may set for its own JNA; each property breaks JNA or the JVM, or floods its log. */
    private static final List<String> FOR_JNA = List.of(
            "-Djna.boot.library.path=/nowhere",
            "-Djna.boot.library.name=another",
            "-Djna.nosys=false",
            "-Djna.noclasspath=true",
            "-Djna.nounpack=true",
            "-Djna.library.path=/nowhere",
            "-Djna.platform.library.path=/nowhere",
            "-Djna.prefix=another",
            "-Djna.encoding=no-such-encoding",
            "-Djna.protected=true",
            "-Djna.dump_memory=true",
            "-Djna.debug_load=true",
            "-Djna.debug_load.jna=true");

    private static final String NO_NATIVE = "without native access, so no thread's tid and stack are known: ";

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void jnaPropertiesOfTheHostAreIgnored(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("jna-properties-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        List<String> options = new ArrayList<>(FOR_JNA);
        options.add(Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording));
        Run run = application.unchanged(application.java(options.toArray(new String[0])));
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        assertEquals(Application.THREADS, Started.count(recorded.clones("java")));
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void startsAreRecordedWithoutTidsIfEveryFolderIsNoexec(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("noexec-" + jdk));
        Path mounted = Files.createDirectory(application.folder().resolve("mounted"));
        Path recording = application.folder().resolve("app.jfr");
        List<String> java = application.java(
                "-Duser.home=" + mounted,
                "-Djava.io.tmpdir=" + mounted,
                Artifacts.agent("source=ptrace", "record=" + recording));
        Run run =
                application.unchanged(PrivateMounts.command("mount -t tmpfs -o noexec,size=64m none " + mounted, java));
        List<String> lines = run.agentLines();
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains(NO_NATIVE), lines::toString);
        assertTrue(lines.get(0).contains("-Djna.tmpdir="), lines::toString);
        assertTrue(lines.get(1).contains("clone flags are not observed: ptrace: "), lines::toString);
        startsWithoutNativeSide(Recorded.read(recording));
    }

    /** The agent's JVM and the tracer's both load JNA's library. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void clonesAreRecordedIfOnlyTmpdirIsExecutable(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("noexec-tmpdir-" + jdk));
        Path mounted = Files.createDirectory(application.folder().resolve("mounted"));
        Path executable = Files.createDirectory(application.folder().resolve("executable"));
        Path recording = application.folder().resolve("app.jfr");
        List<String> java = application.java(
                "-Duser.home=" + mounted,
                "-Djava.io.tmpdir=" + mounted,
                Artifacts.agent("source=ptrace", Run.WAIT, "record=" + recording));
        Run run = application.unchanged(
                PrivateMounts.command("mount -t tmpfs -o noexec,size=64m none " + mounted, java),
                Map.of("TMPDIR", executable.toString()));
        assertEquals(List.of(), run.agentLines());
        assertEquals(Application.THREADS, Started.count(Recorded.read(recording).clones("java")));
        try (Stream<Path> left = Files.list(executable)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void startsAreRecordedWithoutTidsIfTheCharsetIsUtf16(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("utf-16-" + jdk);
        Path recording = folder.resolve("app.jfr");
        List<String> options = List.of("-Dfile.encoding=UTF-16", Artifacts.agent("source=none", "record=" + recording));
        Run run = Run.toEnd(folder, "app", Commands.host(jdk, options, WaitsForItsGroup.class));
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(
                List.of("clonetrace: " + NO_NATIVE + "JNA does not work with the default charset UTF-16, in which ASCII"
                        + " is not ASCII; leave -Dfile.encoding out, or set it to UTF-8"),
                run.agentLines());
        List<RecordedEvent> starts = Recorded.read(recording).named("clonetrace.ThreadStart");
        assertEquals(7, starts.size());
        starts.forEach(start -> assertEquals(-1, start.getLong("childTid")));
    }

    /** No file can be created: nothing is recorded, and the application runs. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void applicationRunsOnAReadOnlyFileSystem(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("read-only-" + jdk));
        List<String> java = application.java(
                "-XX:+DisableAttachMechanism", Artifacts.agent("source=auto", "record=/tmp/clonetrace-it.jfr"));
        Run run = application.unchanged(
                PrivateMounts.command("mount --bind / / && mount -o remount,bind,ro / && exec chroot / \"$@\"", java));
        List<String> lines = run.agentLines();
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(lines.get(0).contains("nothing is recorded: /tmp/clonetrace-it.jfr can't be written"));
        assertTrue(lines.get(1).contains(NO_NATIVE), lines::toString);
        assertTrue(lines.get(2).contains("clone flags are not observed: "), lines::toString);
    }

    /** As with a /proc that hides part of itself from a container: stacks are measured by mincore(2). */
    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void stacksAreMeasuredByMincoreWithoutPagemap(Jdk jdk) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("no-pagemap-" + jdk));
        Path recording = application.folder().resolve("app.jfr");
        List<String> java = application.java(
                "-XX:+DisableAttachMechanism", Artifacts.agent("source=none", "stacks=end", "record=" + recording));
        Run run = application.unchanged(PrivateMounts.command("mount --bind /dev/null /proc/$$/pagemap && true", java));
        assertEquals(List.of(), run.agentLines());
        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> ends = recorded.named("clonetrace.ThreadStack").stream()
                .filter(event -> event.getString("name").startsWith("started-"))
                .toList();
        assertEquals(Application.THREADS, ends.size());
        assertTrue(ends.stream().allMatch(event -> event.getLong("touched") > 0), ends::toString);
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }

    /** HotSpot may give the table up; its libjvm.so here has one letter of its name changed. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void threadsAreJoinedWithTheirClonesWithoutVmStructs(Jdk jdk, String source) throws Exception {
        assumeTrue(!source.equals("ebpf") || OrdinaryUser.isRoot(), "the tests do not run as root");
        Path folder = Artifacts.folder("no-vm-structs-" + source + "-" + jdk);
        Path recording = folder.resolve("app.jfr");
        Run run = Run.toEnd(
                folder,
                "app",
                Commands.host(
                        PatchedJdk.withoutVmStructs(jdk, folder.resolve("jdk")),
                        List.of(Artifacts.agent("source=" + source, Run.WAIT, "record=" + recording)),
                        Creators.class,
                        "5",
                        "101"));
        assertEquals(0, run.exitStatus(), run.stderr());
        String limitation = "this JVM exports no complete gHotSpotVMStructs: the tids and stacks of Java threads are"
                + " read at places found without it, and native stacks have no Java frames";
        assertEquals(List.of("clonetrace: " + limitation), run.agentLines());

        Map<String, Integer> truth = run.stdout()
                .lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> Integer.parseInt(words[1])));
        assertEquals(106, truth.size());
        Recorded recorded = Recorded.read(recording);
        List<RecordedEvent> starts = Started.of(recorded.named("clonetrace.ThreadStart"));
        assertEquals(truth, tids(starts));
        for (RecordedEvent start : starts) {
            assertTrue(start.getLong("stackBase") > 0 && start.getLong("stackSize") > 0, start::toString);
        }
        assertEquals(truth, tids(recorded.clones("java")));
        Set<String> kinds = recorded.named("clonetrace.Clone").stream()
                .filter(clone -> clone.getString("kind") != null)
                .map(clone -> clone.getString("kind"))
                .collect(Collectors.toSet());
        assertTrue(Set.of("java", "vm", "agent").containsAll(kinds), kinds::toString);
        assertEquals(0, recorded.status(source).getLong("lost"), recorded.status(source)::toString);
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
        assertEquals(limitation, recorded.status("hook").getString("reason"));
    }

    private static Stream<Arguments> jdksAndSources() {
        return Jdk.underTest().flatMap(jdk -> Stream.of("ptrace", "ebpf").map(source -> Arguments.of(jdk, source)));
    }

    private static Map<String, Integer> tids(List<RecordedEvent> events) {
        return Started.of(events).stream()
                .collect(Collectors.toMap(event -> event.getString("childName"), event -> event.getInt("childTid")));
    }

    private static void startsWithoutNativeSide(Recorded recorded) {
        List<RecordedEvent> starts = Started.of(recorded.named("clonetrace.ThreadStart"));
        assertEquals(Application.THREADS, starts.size());
        for (RecordedEvent start : starts) {
            assertEquals(-1, start.getInt("childTid"), start::toString);
            assertEquals(-1, start.getLong("stackBase"), start::toString);
        }
        assertEquals("refused", recorded.status("ptrace").getString("state"));
        assertEquals(0, recorded.status("hook").getLong("lost"), recorded.status("hook")::toString);
    }
}
