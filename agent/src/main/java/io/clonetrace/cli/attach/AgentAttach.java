package io.clonetrace.cli.attach;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.cli.target.AgentLoad;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.cli.target.TargetProcess;
import io.clonetrace.linux.LinuxException;
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
import java.util.function.UnaryOperator;

/**
 * Loads the agent into a JVM. Its source runs in the JVM if it can; otherwise in this process, with this user's rights.
 */
public final class AgentAttach {
    /** linux/threads.h, PID_MAX_LIMIT: a JVM in another pid namespace has no pid to permit, and needs no permission. */
    private static final long NO_PID = 4 << 20;

    private final PrintWriter err;
    private final UnaryOperator<String> wording;

    /** @param err where the agent's replies go */
    public AgentAttach(PrintWriter err) {
        this(err, UnaryOperator.identity());
    }

    private AgentAttach(PrintWriter err, UnaryOperator<String> wording) {
        this.err = err;
        this.wording = wording;
    }

    /** The same with other words for a recording that the user has not named. */
    AgentAttach calling(Path recording, String name) {
        return new AgentAttach(err, text -> text.replace("recording " + recording, name));
    }

    /**
     * Loads it, waits until its source has started or is refused, and prints its reply.
     *
     * @return empty if the agent is not active; the reason is printed
     * @throws IOException if it could not be loaded, saying why in a sentence
     * @throws SourceRefusedException if a source that has to run in this process can't observe
     */
    public Optional<AttachedAgent> into(TargetJvm jvm, AttachOptions options)
            throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        Optional<SourceKind> fromHere = fromHere(jvm, options.parsed().source().name());
        return fromHere.isEmpty() ? attach(jvm, options) : attachAndObserve(jvm, options, fromHere.get());
    }

    private Optional<AttachedAgent> attach(TargetJvm jvm, AttachOptions options)
            throws IOException, InterruptedException, LinuxException {
        List<SourceKind> inReserve = inReserve(jvm, options.parsed().source().name());
        if (!inReserve.isEmpty()) {
            AttachOptions orFromHere = options.orTracedBy(jvm.shares("pid") ? TargetProcess.ownPid() : NO_PID);
            AttachReply answer = load(jvm, orFromHere);
            if (!answer.needsTracer()) {
                return attached(jvm, answer, Optional.empty());
            }
            AgentReplies.print(
                    answer.text().replace(AttachReply.NOT_OBSERVED, "no source works within JVM " + jvm.pid()), err);
            for (SourceKind source : inReserve) {
                try {
                    return attachAndObserve(jvm, options, source);
                } catch (SourceRefusedException neitherFromHere) {
                    AgentReplies.print(
                            "clonetrace: " + source.label() + " does not work from outside, either: "
                                    + neitherFromHere.getMessage(),
                            err);
                }
            }
        }
        return attached(jvm, load(jvm, options), Optional.empty());
    }

    private Optional<AttachedAgent> attached(TargetJvm jvm, AttachReply answer, Optional<AttachedAgent.Served> served)
            throws IOException {
        AgentReplies.print(wording.apply(answer.text()), err);
        return answer.done() ? Optional.of(new AttachedAgent(jvm, answer, served)) : Optional.empty();
    }

    private AttachReply load(TargetJvm jvm, AttachOptions options) throws IOException {
        try (WaitLine line = new WaitLine(err, "JVM " + jvm.pid() + " loads the agent")) {
            return AgentLoad.attach(jvm, ProgramJar.path(), options, line).withPid(jvm.pid());
        }
    }

    private Optional<AttachedAgent> attachAndObserve(TargetJvm jvm, AttachOptions options, SourceKind source)
            throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        ObservedJvm observed = ObservedJvm.start(
                (int) jvm.pid(),
                isRoot() ? Optional.of(jvm.user()) : Optional.empty(),
                jvm.temporary(),
                source,
                options.parsed().nativeStacks());
        Optional<AttachedAgent> attached = Optional.empty();
        try {
            AttachReply answer = load(jvm, options.reading(observed.trace()));
            attached = attached(jvm, answer, Optional.of(new AttachedAgent.Served(source, observed)));
            return attached;
        } finally {
            if (attached.isEmpty()) {
                observed.close();
            }
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
}
