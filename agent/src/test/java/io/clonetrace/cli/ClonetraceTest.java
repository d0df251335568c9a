package io.clonetrace.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.cli.output.Output;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line from its entry on: exit status 0 done, 1 failed, 2 wrong usage. */
class ClonetraceTest extends CapturedCommandLine {
    @TempDir
    private Path folder;

    private void assertOneLine(String... parts) {
        assertEquals("", out());
        assertTold(parts);
    }

    /** One line on stderr, whatever is on stdout. */
    private void assertTold(String... parts) {
        assertEquals(1, err().lines().count(), err());
        assertTrue(err().startsWith("clonetrace: "), err());
        for (String part : parts) {
            assertTrue(err().contains(part), err());
        }
    }

    private Path recording() throws IOException {
        Path file = folder.resolve("app.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.JVMInformation");
            recording.start();
            recording.stop();
            recording.dump(file);
        }
        return file;
    }

    @Test
    void reportOfARecording() throws IOException {
        assertEquals(0, run("report", recording().toString()));
        assertTrue(out().contains("\nfindings: not possible: "), out());
        assertEquals("", err());
    }

    @Test
    void topPrintsARowAtLeast() {
        assertEquals(2, run("top", "1", "--batch", "--rows", "0"));
        assertOneLine("--rows takes 1 or more; see clonetrace top --help");
    }

    @Test
    void completionKnowsTheAgentsOptionsOfAttach() {
        assertEquals(0, run("generate-completion"));
        String attach = out().substring(out().indexOf("function _picocli_clonetrace_attach()"));
        for (String option : List.of("--record", "--source", "--maxsize", "--native-stacks", "--duration")) {
            assertTrue(attach.substring(0, attach.indexOf("\n}")).contains(option), option);
        }
        assertTrue(attach.contains("\"auto\" \"ebpf\" \"tracefs\" \"ptrace\" \"strace\" \"none\""), attach);
    }

    @Test
    void reportHasColoursOnlyWhereTheyAreWanted() throws IOException {
        String file = recording().toString();
        assertEquals(0, run("report", file, "--color", "always"));
        assertTrue(out().contains("\u001b[1mfindings: \u001b[0mnot possible: "), out());
        assertEquals(2, run("report", file, "--color", "sometimes"));
        assertTrue(err().contains("'sometimes'"), err());
    }

    @Test
    void reportWithAnotherProgramsTrace() throws IOException {
        Path trace = Files.writeString(
                folder.resolve("prog.strace"),
                "7 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SIGHAND, child_tid=0, parent_tid=0, exit_signal=0,"
                        + " stack=0x7f0000000000, stack_size=0x8000}, 88) = 8\n");
        assertEquals(0, run("report", recording().toString(), "--program", "prog=" + trace));
        assertTrue(out().contains("\nprog       1  clone3           32 KiB  A\n"), out());
    }

    @Test
    void reportOfAnotherProgramWithoutARecording() throws IOException {
        Path trace = Files.writeString(
                folder.resolve("prog.log"),
                "> [pid 7] clone(strace: Process 8 attached\n> child_stack=NULL, flags=SIGCHLD) = 8\n"
                        + "then: [pid 7] clone(child_stack=0, flags=CLONE_VM\n");
        Path json = folder.resolve("report.json");
        Path html = folder.resolve("report.html");
        assertEquals(
                0, run("report", "--program", "prog=" + trace, "--json", json.toString(), "--html", html.toString()));
        assertTrue(out().startsWith("1 call in traces of programs, no recording\n"), out());
        assertTrue(out().contains("\nprog       1  clone              none  A\n"), out());
        assertTold(trace
                + " has 1 line about new tasks that could not be read, the first is line 3: then: [pid 7] clone(");
        assertTrue(Files.readString(json)
                .replaceAll("\\s+", "")
                .contains("\"programs\":{\"clones\":[{\"madeFor\":\"prog\",\"calls\":1,"));
        assertTrue(Files.readString(html).contains("showPrograms();"));
    }

    @Test
    void aTraceWithoutSuchACallSaysSo() throws IOException {
        Path trace = Files.writeString(folder.resolve("prog.log"), "read(3, \"\", 4096) = 0\n");
        assertEquals(0, run("report", "--program", "prog=" + trace));
        assertTold(trace + " shows no call that makes a task, in 1 line");
        assertTrue(out().contains("(no clone call observed)"), out());
    }

    @Test
    void aRecordingThatIsNotThere() {
        String file = folder.resolve("no.jfr").toString();
        assertEquals(1, run("report", file));
        assertOneLine(file + " can't be read as a recording");
    }

    @Test
    void aFolder() {
        assertEquals(1, run("report", folder.toString()));
        assertOneLine(folder + " holds no recording");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 60, 200, 1_000})
    void aRecordingThatIsCutOff(int length) throws IOException {
        byte[] whole = Files.readAllBytes(recording());
        Path cut = Files.write(folder.resolve("cut.jfr"), Arrays.copyOf(whole, length));
        assertEquals(1, run("report", cut.toString()));
        assertOneLine(cut + " can't be read as a recording");
    }

    /** JFR's parser stumbles over a wrong byte in many ways, with errors among them. */
    @Test
    void aRecordingWithAWrongByte() throws IOException {
        byte[] whole = Files.readAllBytes(recording());
        Path file = folder.resolve("wrong.jfr");
        int told = 0;
        for (int at = 8_009; at < whole.length; at += 599) {
            byte[] wrong = whole.clone();
            wrong[at] ^= 0x5a;
            Files.write(file, wrong);
            out.reset();
            err.reset();
            if (run("report", file.toString()) != 0) {
                // The only event may be what is damaged.
                assertOneLine(
                        file.toString(),
                        err().contains("; 0 of its ") ? " could be read" : "can't be read as a recording");
                told++;
            } else if (!err().isEmpty()) {
                told++;
                assertOneLine(file + ": ", " events could be read");
            }
        }
        assertTrue(told > 3, "only " + told + " were found damaged");
    }

    @Test
    void aTraceThatIsNotThere() throws IOException {
        String trace = folder.resolve("no.strace").toString();
        assertEquals(1, run("report", recording().toString(), "--program", "prog=" + trace));
        assertOneLine(trace + " can't be read");
    }

    /** OUT is forgotten, or is the input itself: nothing is written, and nothing is read. */
    @ParameterizedTest
    @ValueSource(strings = {"--html", "--json"})
    void anOutputThatIsARecordingIsRefused(String option) throws IOException {
        Path recording = recording();
        byte[] before = Files.readAllBytes(recording);
        Path other = Files.copy(recording, folder.resolve("b.jfr"));
        Path link = Files.createSymbolicLink(folder.resolve("page"), recording);
        for (Path output : List.of(recording, other, link)) {
            err.reset();
            assertEquals(2, run("report", option, output.toString(), recording.toString()));
            assertOneLine(option + " can't replace " + output
                    + ", a flight recording: it needs the name of the file to write, " + option
                    + " OUT; see clonetrace report --help");
        }
        assertArrayEquals(before, Files.readAllBytes(recording));
        assertArrayEquals(before, Files.readAllBytes(other));
        err.reset();
        Path none = folder.resolve("none.jfr");
        assertEquals(2, run("report", option, none.toString(), recording.toString()));
        assertOneLine(option + " can't be " + none + ", the name of a recording: ");
        assertFalse(Files.exists(none));
    }

    @Test
    void anOutputThatIsAnotherInputIsRefused() throws IOException {
        Path trace = Files.writeString(folder.resolve("prog.strace"), "");
        String[] arguments = {"report", recording().toString(), "--program", "prog=" + trace, "--json", trace.toString()
        };
        assertEquals(2, run(arguments));
        assertOneLine("--json can't replace " + trace + ", an input: ");
        err.reset();
        String page = folder.resolve("page").toString();
        assertEquals(2, run("report", recording().toString(), "--html", page, "--json", page));
        assertOneLine("--html and --json name the same file: " + page);
    }

    @Test
    void aTraceThatWouldReplaceARecordingIsRefused() throws IOException {
        Path recording = recording();
        byte[] before = Files.readAllBytes(recording);
        assertEquals(1, run("trace", "-o", recording.toString(), "true"));
        assertOneLine(recording + " can't be written: it is a flight recording; name another file");
        assertArrayEquals(before, Files.readAllBytes(recording));
    }

    @Test
    void aRecordingThatWouldReplaceAnotherFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "notes");
        assertEquals(1, run("run", "--record", file.toString(), "--", "true"));
        assertOneLine(
                file + " can't be written: it exists and is no flight recording; remove it, or name another file");
        assertEquals("notes", Files.readString(file));
    }

    @Test
    void wrongUsage() throws IOException {
        for (List<String> wrong : List.of(
                List.<String>of(),
                List.of("nonsense"),
                List.of("demo", "--source", "nonsense"),
                List.of("report"),
                List.of("report", "--program", "prog=trace.log", "--fail-on", "note"),
                List.of("report", "a.jfr", "b.jfr", "--nonsense"),
                List.of("report", recording().toString(), "--program", "no trace"),
                List.of("flags"),
                List.of("doctor", "0"),
                List.of("run", "--agent", "nonsense=1", "--", "true"),
                List.of("stacks", "--top", "0", "1"),
                List.of("flags", "CLONE_NONSENSE"))) {
            err.reset();
            assertEquals(2, run(wrong.toArray(new String[0])), wrong::toString);
            assertOneLine("; see clonetrace");
        }
    }

    @Test
    void aProcessThatIsNotThere() {
        for (String command : List.of("trace -p", "stacks")) {
            err.reset();
            assertEquals(1, run((command + " 2000000000").split(" ")));
            assertOneLine("no process 2000000000");
        }
    }

    @Test
    void theStacksOfWhatIsNoJvmHaveTheKernelsNames() throws Exception {
        Process sleep = new ProcessBuilder("sleep", "1000").start();
        try {
            assertEquals(0, run("stacks", Long.toString(sleep.pid())));
            assertEquals(
                    "clonetrace: process " + sleep.pid()
                            + " is not a JVM; the names are the kernel's, of 15 bytes at most",
                    err.toString().strip());
        } finally {
            sleep.destroyForcibly();
        }
    }

    @Test
    void aCommandThatThereIsNot() {
        assertEquals(2, run("nonsense"));
        assertOneLine("no command \"nonsense\"; see clonetrace --help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reprot a.jfr | no command \"reprot\" (did you mean report?); see clonetrace --help",
                "report --htlm a.html a.jfr | no option \"--htlm\" (did you mean --html?); see clonetrace report --help",
                "run --recrod=a.jfr -- java | no option \"--recrod\" (did you mean --record?); see clonetrace run --help",
                "attach 1 --recrod=a.jfr | no option \"--recrod\" (did you mean record=?); see clonetrace attach --help",
                "attach 1 recrd=a.jfr | no option \"recrd\" (did you mean record?); the options are source, record, ",
                "report a.jfr --nothing-like-it | no option \"--nothing-like-it\"; see clonetrace report --help",
                "detach 1 2 | \"2\" is one word too many; see clonetrace detach --help"
            })
    void aTypingMistakeIsAnsweredByTheNearestWord(String line, String message) {
        assertEquals(2, run(line.split(" ")));
        assertOneLine(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach no.jar", "detach no.jar", "stacks no.jar", "doctor no.jar", "trace -p no.jar"})
    void aNameThatNoJvmHas(String line) {
        assertEquals(1, run(line.split(" ")));
        assertOneLine("\"no.jar\" is not a pid, and no JVM ");
    }

    @ParameterizedTest
    @CsvSource({
        "no-such-command, 127, it is in no folder of PATH",
        "./no-such-command, 127, there is no such file",
        "/tmp, 126, it is a folder",
        "/etc/passwd, 126, /etc/passwd is not executable; chmod +x makes it so"
    })
    void aCommandThatCanNotBeExecuted(String command, int status, String why) {
        assertEquals(status, run("run", "--", command, "argument"));
        assertOneLine("can't run \"" + command + "\": " + why);
        err.reset();
        assertEquals(status, run("run", "--user", "nobody", "--", command));
        assertOneLine("can't run \"" + command + "\": " + why);
        err.reset();
        assertEquals(status, run("trace", "--", command));
        assertOneLine("can't run \"" + command + "\": " + why);
    }

    @Test
    void agentsOptionsMayStandBeforeTheCommandOfARun() {
        String missing = folder.resolve("no/such.jfr").toString();
        assertEquals(1, run("run", "record=" + missing, "maxsize=1g", "--", "true"));
        assertOneLine(missing + " can't be written: its folder does not exist");
        err.reset();
        assertEquals(1, run("run", "record=" + missing, "true"));
        assertOneLine(missing + " can't be written: its folder does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--duration 60 | \"60\" is no time; valid is a number with ms, s, m or h, such as 60s",
                "--duration 0s | \"0s\" is no time",
                "--html a.html --json - | --html a.html --json - is of the report that --duration prints",
                "--duration 1s --html a.jfr | --html can't be a.jfr, the name of a recording",
                "--record a.jfr record=b.jfr | option record is given twice",
                "--source=gdb | option source can't be \"gdb\"; valid is source=auto|",
                "--maxsize 1g | option maxsize limits the recording of record=FILE.jfr, and there is none",
                "--record | Missing required parameter for option '--record' (FILE.jfr)"
            })
    void wrongOptionsOfAnAttach(String words, String why) {
        assertEquals(2, command("attach", ("1 " + words).split(" ")));
        assertOneLine(why, "; see clonetrace attach --help");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "recrod=a.jfr -- true | no option \"recrod\" (did you mean record?)",
                "--record a.jfr record=b.jfr -- true | --record and record= are one option; give it once",
                "maxsize=0g -- true | option maxsize can't be \"0g\"; valid is maxsize=SIZE",
                "--agent record=a.jfr -- true | --agent: option record is given twice; run has --source and --record"
            })
    void wrongOptionsOfARun(String words, String why) {
        assertEquals(2, command("run", words.split(" ")));
        assertOneLine(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flags 0x3d0f00", "agent-options", "--help", "doctor --help"})
    void aDiskThatIsFull(String arguments) throws IOException {
        try (OutputStream full = new FileOutputStream("/dev/full")) {
            assertEquals(1, Clonetrace.run(new Output(full, false), arguments.split(" ")));
        }
        assertOneLine("the output can't be written: ");
    }

    @ParameterizedTest
    @CsvSource({"no/such.jfr, its folder does not exist", "'', it is a folder", "'a,b.jfr', can't hold a comma"})
    void aRecordingThatCanNotBeWritten(String name, String why) {
        String file = folder.resolve(name).toString();
        assertEquals(1, run("demo", "--record", file));
        assertOneLine(file + " can't be written: ", why);
        err.reset();
        assertEquals(1, run("run", "--record", file, "--", "true"));
        assertOneLine(file + " can't be written: ", why);
    }

    @Test
    void flags() {
        assertEquals(0, run("flags", "0x3d0f00"));
        assertTrue(out().contains("pthread_create"), out());
    }

    @Test
    void theAgentsOptions() {
        assertEquals(0, run("agent-options"));
        assertEquals(AgentOption.help(), out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "report --help", "flags --help", "doctor --help", "agent-options --help", "help"})
    void helpFitsATerminal(String arguments) {
        assertEquals(0, run(arguments.split(" ")));
        assertTrue(out().lines().allMatch(line -> line.length() <= 80), out());
    }

    static List<String> commands() {
        return Clonetrace.commandLine().getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .map(CommandLine::getCommandName)
                .toList();
    }

    /** A command's line is read by that command alone. */
    @ParameterizedTest
    @MethodSource("commands")
    void commandAloneHasTheSameHelp(String name) {
        CommandLine whole = Clonetrace.commandLine().getSubcommands().get(name);
        assertEquals(0, run(name, "--help"), err());
        assertEquals(whole.getUsageMessage(), out());
    }
}
