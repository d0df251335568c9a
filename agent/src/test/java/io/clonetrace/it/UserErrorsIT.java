package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A user's mistake is explained in one line, and the application runs as without the agent. */
class UserErrorsIT {
    private static final Map<String, String> WRONG = Map.ofEntries(
            Map.entry(
                    "sourc=none",
                    "no option \"sourc\" (did you mean source?); the options are source, record, maxsize, "),
            Map.entry("source=none,", "no option \"\"; the options are source, "),
            Map.entry("source", "option source needs a value: source=auto|"),
            Map.entry("source=gdb", "option source can't be \"gdb\"; valid is source=auto|"),
            Map.entry("source=strace:", "option source can't be \"strace:\"; valid is source=auto|"),
            Map.entry("stacks=10", "option stacks can't be \"10\"; valid is stacks=PERIOD|"),
            Map.entry("stacks=0s", "option stacks can't be \"0s\"; valid is stacks=PERIOD|"),
            Map.entry("wait=soon", "option wait can't be \"soon\"; valid is wait=TIME"),
            Map.entry("record=", "option record can't be \"\"; valid is record=FILE.jfr"),
            Map.entry("source=none,source=none", "option source is given twice"),
            Map.entry("source=\u001b[31m", "option source can't be \" [31m\"; valid is"));

    static Stream<Arguments> wrongOptions() {
        return Jdk.underTest().flatMap(jdk -> WRONG.keySet().stream().sorted().map(text -> Arguments.of(jdk, text)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("wrongOptions")
    void wrongOptionIsExplainedInOneLine(Jdk jdk, String text) throws Exception {
        Application application = new Application(jdk, Artifacts.folder("wrong-option-" + jdk + "-" + text));
        Run run = application.unchanged(application.java(Artifacts.agent(text)));
        OneLine.said(run, WRONG.get(text), "; the application runs without the agent");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingIsRecordedIfTheFolderIsMissing(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("record-missing-" + jdk);
        notRecorded(new Application(jdk, folder), folder.resolve("missing/app.jfr"), "its folder does not exist");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingIsRecordedIfTheFolderIsAFile(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("record-file-" + jdk);
        notRecorded(
                new Application(jdk, folder),
                Files.createFile(folder.resolve("file")).resolve("app.jfr"),
                "Not a directory");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingIsRecordedIfTheFileIsAFolder(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("record-folder-" + jdk);
        notRecorded(
                new Application(jdk, folder),
                Files.createDirectory(folder.resolve("app.jfr")),
                "it is a folder; name a file, which need not be there yet");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void nothingIsRecordedIfTheFolderIsReadOnly(Jdk jdk) throws Exception {
        Path folder = OrdinaryUser.folder("record-read-only-" + jdk, jdk);
        Path readOnly = Files.createDirectory(folder.resolve("read-only"));
        Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
        notRecorded(new Application(jdk, folder), readOnly.resolve("app.jfr"), "this user may not write there");
    }

    private static void notRecorded(Application application, Path recording, String why)
            throws IOException, InterruptedException {
        List<String> command = application.java(Artifacts.agent("source=none", "record=" + recording));
        boolean user = recording.getParent().endsWith("read-only");
        Run run = application.unchanged(user ? OrdinaryUser.command(command) : command);
        OneLine.said(run, "nothing is recorded: " + recording + " can't be written: " + why);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.clonetrace.it.process.Jdk#underTest")
    void secondAgentDoesNothing(Jdk jdk) throws Exception {
        Path folder = Artifacts.folder("two-agents-" + jdk);
        Application application = new Application(jdk, folder);
        Path recording = folder.resolve("first.jfr");
        Path second = folder.resolve("second.jfr");
        Run run = application.unchanged(application.java(
                Artifacts.agent("source=none", "record=" + recording),
                Artifacts.agent("source=none", "record=" + second)));
        OneLine.said(run, "another clonetrace agent is on in this JVM; this one does nothing");
        assertFalse(Files.exists(second));
        assertEquals(Application.THREADS, Started.count(Recorded.read(recording).named("clonetrace.ThreadStart")));
    }

    /** JNA's library is written to a file before it is loaded: nothing can be, in /proc. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "trace, trace --source ptrace true, 1, native code can't be used here: ",
        "attach, attach PID source=ptrace, 1, native code can't be used here: ",
        "attach-auto, attach PID, 1, native code can't be used here: ",
        "detach, detach PID, 1, no clonetrace agent is active in JVM ",
        "gone, attach 999999999, 1, there is no process 999999999",
        "stacks, stacks PID, 0, ''"
    })
    void commandWithoutNativeCodeSaysSoInOneLine(String name, String words, int status, String said) throws Exception {
        Path folder = Artifacts.folder("without-native-code-" + name);
        String self = Long.toString(ProcessHandle.current().pid());
        List<String> command =
                Commands.clonetrace(Jdk.current(), words.replace("PID", self).split(" "));
        command.add(1, "-Djava.io.tmpdir=/proc");
        Run run = Run.start(folder, "command", command, Map.of("TMPDIR", ""));
        assertEquals(status, run.exitStatus(), run.stderr());
        if (!said.isEmpty()) {
            OneLine.said(run, said);
            assertEquals(1, run.stderr().lines().count());
        }
    }
}
