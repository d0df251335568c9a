package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.it.process.Application;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OneLine;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.recording.Recorded;
import io.clonetrace.it.truth.EachClone;
import io.clonetrace.it.truth.StraceForm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A JVM that its user runs under strace: the agent reads the trace, or one line says how it could. */
class UserStraceIT {
    private static final int THREADS = 101;
    private static final int PROCESSES = 5;

    static Stream<Arguments> forms() {
        return Jdk.underTest().flatMap(jdk -> Stream.of(StraceForm.values()).map(form -> Arguments.of(jdk, form)));
    }

    static Stream<Arguments> withoutFile() {
        return Jdk.underTest()
                .flatMap(jdk -> Stream.of("", "source=strace").map(options -> Arguments.of(jdk, options)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("forms")
    void everyFormOfTraceIsRead(Jdk jdk, StraceForm form) throws Exception {
        Path folder = Artifacts.folder("own-strace-" + jdk + "-" + form);
        Path trace = folder.resolve("app.strace");
        Path recording = folder.resolve("app.jfr");
        List<String> command = new ArrayList<>(List.of("strace", "-o", trace.toString()));
        command.addAll(form.options());
        command.addAll(
                List.of(jdk.tool("java"), Artifacts.agent("source=strace:" + trace, Run.WAIT, "record=" + recording)));
        command.addAll(List.of("-jar", Artifacts.DEMO.toString(), "--only", "plain,process"));
        command.addAll(List.of("--threads", "" + THREADS, "--processes", "" + PROCESSES));
        Run run = Run.toEnd(folder, "app", command);
        assertEquals(0, run.exitStatus(), run.stderr());
        assertEquals(List.of(), run.agentLines());

        Recorded recorded = Recorded.read(recording);
        EachClone.compare(form.truth(trace), recorded);
        long plain = recorded.clones("java").stream()
                .filter(event -> event.getString("childName").startsWith("plain-"))
                .count();
        assertEquals(THREADS, plain);
        assertEquals(PROCESSES, recorded.clones("process").size());
        assertEquals("stopped", recorded.status("strace").getString("state"));
        assertEquals(0, recorded.status("strace").getLong("lost"));
    }

    /** As an ordinary user: for root, the sources that stop no thread would work. */
    @ParameterizedTest(name = "{0} \"{1}\"")
    @MethodSource("withoutFile")
    void agentSaysHowToReadTheTrace(Jdk jdk, String options) throws Exception {
        Path folder = OrdinaryUser.folder("own-strace-unread-" + jdk + "-" + options, jdk);
        Application application = new Application(jdk, folder);
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "-o", folder.resolve("app.strace").toString()));
        command.addAll(List.of("-e", "trace=clone,clone3,fork,vfork"));
        command.addAll(application.java(options.isEmpty() ? Artifacts.agent() : Artifacts.agent(options)));
        Run run = application.unchanged(OrdinaryUser.command(command));
        OneLine.said(
                run,
                "clone flags are not observed: " + (options.isEmpty() ? "ebpf: it takes root, or " : "strace: "),
                options.isEmpty() ? "; tracefs: it takes root (CAP_SYS_ADMIN); ptrace, strace: " : "",
                "strace (pid " + run.process().pid() + ") traces this JVM already",
                "source=strace:FILE");
    }
}
