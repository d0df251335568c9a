package io.clonetrace.agent.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.agent.options.AgentOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes between a command that attaches and the agent that comes, there and back. */
class AttachOptionsTest {
    private static final Path FOLDER = Path.of("/home/user");

    @Test
    void relativePathsAreResolvedInTheCommandsFolder() {
        AttachOptions options = AttachOptions.parse(List.of("source=strace:t", "record=a/%p.jfr,wait=3s"), FOLDER);
        assertEquals("source=strace:/home/user/t,record=/home/user/a/%p.jfr,wait=3s", options.text());
        assertEquals("strace", options.parsed().source().name());
        assertTrue(options.recordsRelative());
        assertFalse(AttachOptions.parse(List.of("record=/a.jfr"), FOLDER).recordsRelative());
    }

    @Test
    void defaultWaitIsLongerThanThatOfAStartingJvm() {
        assertEquals("wait=5m", AttachOptions.parse(List.of(), FOLDER).text());
    }

    @Test
    void tracersPidIsAddedToTheOptions() {
        AttachOptions options = AttachOptions.parse(List.of("source=ptrace", "stacks=off"), Path.of("/folder"));
        assertEquals(
                "source=ptrace,stacks=off,wait=5m,tracer=4711",
                options.orTracedBy(4_711).text());
        assertEquals(4_711, AgentOptions.parse(options.orTracedBy(4_711).text()).tracer());
        assertEquals(0, AgentOptions.parse(options.text()).tracer());
        assertThrows(IllegalArgumentException.class, () -> AgentOptions.parse("tracer=nobody"));
    }

    @Test
    void traceReplacesTheSource() {
        AttachOptions options = AttachOptions.parse(List.of("source=ebpf", "wait=3s"), FOLDER);
        assertEquals(
                "source=strace:/tmp/x/7,wait=3s",
                options.reading(Path.of("/tmp/x/7")).text());
    }

    @Test
    void invalidOptionsAreRejected() {
        assertThrows(IllegalArgumentException.class, () -> AttachOptions.parse(List.of("sourc=x"), FOLDER));
        IllegalArgumentException comma = assertThrows(
                IllegalArgumentException.class,
                () -> AttachOptions.parse(List.of("record=a.jfr"), Path.of("/home/a,b")));
        assertTrue(comma.getMessage().contains("/home/a,b/a.jfr"));
    }

    @Test
    void requestIsReadFromTheFrontOfTheOptions() {
        AttachRequest attach = AttachRequest.parse("jar=file:/a%2Cb.jar,answer=/tmp/x/answer,source=none,wait=3s");
        assertEquals(Optional.of(Path.of("/tmp/x/answer")), attach.answer());
        assertEquals("source=none,wait=3s", attach.options());
        assertFalse(attach.detach());
        assertTrue(AttachRequest.parse("jar=file:/a.jar,answer=/tmp/x/answer,detach")
                .detach());
        assertEquals(
                "", AttachRequest.parse("jar=file:/a.jar,answer=/tmp/x/answer").options());
        assertEquals(new AttachRequest(Optional.empty(), false, "source=none"), AttachRequest.parse("source=none"));
        assertEquals(new AttachRequest(Optional.empty(), false, ""), AttachRequest.parse(null));
    }

    @Test
    void replyIsWrittenIntoTheCommandsFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("answer");
        AttachReply answer = new AttachReply(true, 4711, "clonetrace: one line\nclonetrace: and another\n");
        assertThrows(NoSuchFileException.class, () -> answer.write(file));
        Files.createFile(file);
        Object inode = Files.getAttribute(file, "unix:ino");
        answer.write(file);
        assertEquals(answer, AttachReply.of(Files.readAllBytes(file)));
        assertEquals(inode, Files.getAttribute(file, "unix:ino"), "the command reads the file that it made");
        assertEquals(
                AttachReply.failed("clonetrace: the entry class's own\n"),
                AttachReply.of(ascii("failed\n-1\nclonetrace: the entry class's own\n")));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertThrows(IOException.class, () -> answer.write(link));
    }

    @Test
    void replyNamesTheRecordingAndItsRepository(@TempDir Path folder) throws IOException {
        Path file = Files.createFile(folder.resolve("answer"));
        AttachReply answer = new AttachReply(true, 7, "/srv/a b.jfr", "/tmp/2026_1_7", "clonetrace: it is on\n");
        answer.write(file);
        assertEquals(answer, AttachReply.of(Files.readAllBytes(file)));
        new AttachReply(true, 7, "/srv/a\nb.jfr", "", "").write(Files.createFile(folder.resolve("other")));
        assertEquals(new AttachReply(true, 7, ""), AttachReply.of(Files.readAllBytes(folder.resolve("other"))));
    }

    @Test
    void lineThatStartsARecordingHasThePid() {
        String text = "clonetrace: nothing is recorded yet: " + AttachReply.START_RECORDING + " starts a recording\n";
        assertEquals(
                "clonetrace: nothing is recorded yet: jcmd 4711 JFR.start filename=FILE.jfr starts a recording\n",
                new AttachReply(true, 1, text).withPid(4711).text());
    }

    @Test
    void dumpNamesItsFile() {
        AttachRequest dump = AttachRequest.parse(
                "jar=file:/a.jar,answer=/tmp/x/answer," + AttachRequest.dump(Path.of("/tmp/x/a,b")));
        assertEquals(Optional.of(Path.of("/tmp/x/a,b")), dump.dump());
        assertFalse(dump.detach());
        assertEquals(Optional.empty(), AttachRequest.parse("record=dump=1").dump());
    }

    @Test
    void recordingIntoAnotherFile() {
        AttachOptions options =
                AttachOptions.parse(List.of("source=none"), Path.of("/srv")).recordingInto(Path.of("/tmp/%p"));
        assertEquals(Optional.of(Path.of("/tmp/%p")), options.parsed().record());
        assertEquals("source=none,wait=5m,record=/tmp/%%p", options.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "done", "done\n1", "done\none\n", "all is well\n1\n", "done\n99999999999\n"})
    void malformedReplyIsRejected(String text) {
        assertThrows(IOException.class, () -> AttachReply.of(ascii(text)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
