package io.clonetrace.cli;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.cli.target.AgentLoad;
import io.clonetrace.cli.target.JvmName;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.run.ObservedJvm;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace attach}: loads the agent into a running JVM. */
@Command(
        name = "attach",
        description = {
            "Loads the agent into a running JVM: of this user, or of any user if this one is root. Threads that were"
                    + " already running are in the recording's stacks, but not how they were created. Returns once the"
                    + " source has started or is refused; by default it waits up to 5 minutes for that (wait=5m).",
            "If root requests a source that the JVM's own user may not use, or no source can be started within the JVM"
                    + " (a seccomp filter may forbid it to start programs), the source runs in this command, which"
                    + " stays until the JVM ends, the agent is detached, or Ctrl-C."
        },
        footerHeading = "%nOptions of the agent, as in -javaagent:%n",
        mixinStandardHelpOptions = true)
final class AttachCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int MOST_LINES = 50;
    private static final int LONGEST_LINE = 1000;

    /** linux/threads.h, PID_MAX_LIMIT: a JVM in another pid namespace has no pid to permit, and needs no permission. */
    private static final long NO_PID = 4 << 20;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PID", description = "the JVM: its pid, or the name of its jar or main class")
    private String target;

    private int pid;

    @Parameters(index = "1..*", paramLabel = "OPTION=VALUE", description = "options of the agent")
    private List<String> words = List.of();

    /** The agent's options, for the end of the help. */
    static String[] footer() {
        return AgentOption.table().replace("%", "%%").split("\n");
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        AttachOptions options;
        try {
            options = AttachOptions.parse(words, Path.of("").toAbsolutePath());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
        if (options.parsed().help()) {
            spec.commandLine().usage(spec.commandLine().getOut());
            return 0;
        }
        Clonetrace.requireSupportedJvm();
        pid = JvmName.pid(target);
        TargetJvm jvm = TargetJvm.attachable(pid);
        if (options.recordsRelative() && !jvm.shares("mnt")) {
            throw new ParameterException(
                    spec.commandLine(), "JVM " + pid + " has other mounts: the path of record= has to be absolute");
        }
        Optional<SourceKind> fromHere = fromHere(jvm, options.parsed().source().name());
        return fromHere.isEmpty() ? attach(jvm, options) : attachAndServe(jvm, options, fromHere.get());
    }

    private int attach(TargetJvm jvm, AttachOptions options) throws IOException, InterruptedException, LinuxException {
        List<SourceKind> inReserve = inReserve(jvm, options.parsed().source().name());
        if (!inReserve.isEmpty()) {
            AttachOptions orFromHere = options.orTracedBy(
                    jvm.shares("pid") ? ProcessHandle.current().pid() : NO_PID);
            AttachReply answer = load(jvm, orFromHere);
            if (!answer.needsTracer()) {
                say(answer);
                return answer.done() ? 0 : FAILED;
            }
            say(saying(answer.text().replace(AttachReply.NOT_OBSERVED, "no source works within JVM " + pid)));
            for (SourceKind source : inReserve) {
                try {
                    return attachAndServe(jvm, options, source);
                } catch (SourceRefusedException neitherFromHere) {
                    say(saying("clonetrace: " + source.label() + " does not work from outside, either: "
                            + neitherFromHere.getMessage() + "\n"));
                }
            }
        }
        AttachReply answer = load(jvm, options);
        say(answer);
        return answer.done() ? 0 : FAILED;
    }

    private AttachReply load(TargetJvm jvm, AttachOptions options) throws IOException {
        try (WaitLine line =
                new WaitLine(spec.commandLine().getErr(), "JVM " + pid + " loads the agent and starts its source")) {
            return AgentLoad.attach(jvm, jar(), options, line);
        }
    }

    private int attachAndServe(TargetJvm jvm, AttachOptions options, SourceKind source)
            throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        // Ctrl-C: gives this thread a second to release its resources.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            interrupted.set(true);
            awaitQuietly(ended);
        }));
        try (ObservedJvm observed = ObservedJvm.start(
                pid,
                isRoot() ? Optional.of(jvm.user()) : Optional.empty(),
                jvm.temporary(),
                source,
                options.parsed().nativeStacks())) {
            AttachReply answer = load(jvm, options.reading(observed.trace()));
            say(answer);
            if (!answer.done()) {
                return FAILED;
            }
            spec.commandLine()
                    .getErr()
                    .println("clonetrace: " + source.label() + " runs in this process until JVM " + pid
                            + " ends, clonetrace detach " + pid + ", or Ctrl-C");
            int agent = jvm.tidOutside(answer.tid(), TargetJvm.AGENT_THREAD);
            Optional<String> lost = observed.serve(
                    () -> !interrupted.get() && jvm.isStillThere() && jvm.hasThread(agent, TargetJvm.AGENT_THREAD));
            if (lost.isPresent()) {
                throw new IOException(source.label() + " no longer observes JVM " + pid + ": " + lost.get());
            }
        } finally {
            ended.countDown();
        }
        return 0;
    }

    private static void awaitQuietly(CountDownLatch ended) {
        try {
            ended.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException goesOn) {
            Thread.currentThread().interrupt();
        }
    }

    /** The source that has to run in this process, if any. */
    private static Optional<SourceKind> fromHere(TargetJvm jvm, String name) throws IOException {
        for (SourceKind source : List.of(SourceKind.EBPF, SourceKind.TRACEFS, SourceKind.PTRACE)) {
            if (source.label().equals(name) && isRoot() && !jvm.may(source)) {
                if (source != SourceKind.EBPF && !jvm.shares("pid")) {
                    throw new IOException(name + " from outside reports pids of this namespace, and the JVM is in"
                            + " another; attach without source=, so that the JVM's own user observes");
                }
                return Optional.of(source);
            }
        }
        return Optional.empty();
    }

    /** The sources that can run in this process if none works within the JVM, best first. */
    private static List<SourceKind> inReserve(TargetJvm jvm, String name) throws IOException {
        List<SourceKind> all = new ArrayList<>(isRoot() ? List.of(SourceKind.EBPF, SourceKind.TRACEFS) : List.of());
        if (!jvm.shares("pid")) {
            // The only one that knows the pids of other namespaces.
            all.remove(SourceKind.TRACEFS);
        } else if (jvm.mayBeTraced()) {
            all.add(SourceKind.PTRACE);
        }
        all.removeIf(source -> !name.equals(SourceKind.AUTO) && !name.equals(source.label()));
        return all;
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static AttachReply saying(String text) {
        return new AttachReply(false, -1, text);
    }

    private void say(AttachReply answer) {
        PrintWriter err = spec.commandLine().getErr();
        // The JVM wrote the text, and this may be root's terminal.
        answer.text()
                .lines()
                .limit(MOST_LINES)
                .map(line -> PlainText.begin(line, LONGEST_LINE))
                .forEach(err::println);
    }

    static Path jar() throws IOException {
        return ProgramJar.path();
    }
}
