package io.clonetrace.cli.top;

import io.clonetrace.cli.target.AttachRefusal;
import io.clonetrace.cli.target.JavaStack;
import io.clonetrace.cli.target.JvmName;
import io.clonetrace.cli.target.TargetFacts;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.cli.target.TargetProcess;
import io.clonetrace.cli.target.ThreadBeginnings;
import io.clonetrace.cli.target.ThreadDump;
import io.clonetrace.cli.target.Waiting;
import io.clonetrace.live.Creations;
import io.clonetrace.live.EventFollower;
import io.clonetrace.live.LiveJvm;
import io.clonetrace.live.LiveModel;
import io.clonetrace.live.LiveSnapshot;
import io.clonetrace.live.LiveThread;
import io.clonetrace.live.ProcessReader;
import io.clonetrace.report.model.Application;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A JVM that is followed, with all that it takes: the agent, a recording, its events. What can't be had is left out,
 * and a notice says so. Confined to one thread.
 */
final class FollowedJvm implements AutoCloseable {
    /** The name of the command that starts most JVMs. */
    private static final String LAUNCHER = "java";

    /** Threads that HotSpot starts when it is attached to, and its flight recorder when it records. */
    private static final Set<String> FOR_US =
            Set.of("Attach Listener", "JFR Recorder Thread", "JFR Periodic Tasks", "JFR Recording Scheduler");

    private static final String AGENT = "agent";

    private final TargetProcess process;
    private final TargetJvm jvm;
    private final String program;
    private final LiveModel model;
    private final LiveJvm live;
    private final Parts parts;
    private final Optional<EventFollower> events;

    /** Before anything was sent to the JVM, in nanoseconds since the epoch. */
    private final long opened;

    /** What it takes, as far as it could be had, and why the rest could not. */
    private static final class Parts {
        private TopAgent agent;
        private TopRecording recording;
        private Creations creations = Creations.unknown();
        private String missing;

        private void close() throws IOException {
            try {
                if (recording != null) {
                    recording.close();
                }
            } finally {
                if (agent != null) {
                    agent.close();
                }
            }
        }
    }

    /**
     * Begins to follow a JVM.
     *
     * @param jar this program's; null to attach no agent
     * @param err shows on a terminal how long the end takes
     * @throws IOException if there is no such JVM, saying why
     */
    static FollowedJvm open(int pid, Path jar, PrintWriter err, Waiting waiting) throws IOException {
        long opened = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        TargetProcess process = TargetProcess.of(pid);
        TargetJvm jvm = TargetJvm.of(pid);
        String program = JvmName.program(process.procDir());
        Optional<String> refusal = refusal(process);
        Parts parts = refusal.isPresent() ? new Parts() : parts(jvm, jar, program, err, waiting);
        refusal.ifPresent(why -> parts.missing = "only /proc is read: " + why);
        try {
            return new FollowedJvm(process, jvm, program, parts, refusal.isEmpty(), opened);
        } catch (IOException | RuntimeException failed) {
            parts.close();
            if (!jvm.isStillThere()) {
                throw new IOException("JVM " + pid + " has ended", failed);
            }
            throw failed;
        }
    }

    private static Optional<String> refusal(TargetProcess process) throws IOException {
        try {
            TargetFacts facts = TargetFacts.of(process.procDir(), process.pid());
            if (!facts.isJvm()) {
                throw new IOException("process " + process.pid() + " is not a JVM; clonetrace stacks " + process.pid()
                        + " shows its threads");
            }
            return facts.refusal().map(AttachRefusal::sentence);
        } catch (AccessDeniedException others) {
            String name =
                    TaskList.of(process.procDir()).comm((int) process.pid()).orElse("");
            if (!name.equals(LAUNCHER)) {
                throw new IOException(
                        "process " + process.pid() + " may not be looked at, and its name is \"" + PlainText.clean(name)
                                + "\", not " + LAUNCHER + "; clonetrace list shows the JVMs",
                        others);
            }
            return Optional.of("process " + process.pid() + " is another user's; run as that user, or as root");
        }
    }

    private static Parts parts(TargetJvm jvm, Path jar, String program, PrintWriter err, Waiting waiting) {
        Parts parts = new Parts();
        Application application = Application.of(program);
        String name = TopRecording.newName();
        if (jar != null) {
            try {
                parts.agent = TopAgent.in(jvm, jar, name, err, waiting);
                parts.creations = Creations.byAgent(application);
            } catch (IOException refused) {
                parts.missing = "only what the JDK records of Java threads is seen: " + refused.getMessage();
            }
        }
        if (parts.agent == null) {
            parts.creations = Creations.byJdk(application);
        }
        try {
            parts.recording = TopRecording.start(jvm, name, parts.creations.types(), waiting);
        } catch (IOException refused) {
            parts.creations = Creations.unknown();
            parts.missing = "creations are not seen: " + refused.getMessage();
        }
        return parts;
    }

    private FollowedJvm(TargetProcess process, TargetJvm jvm, String program, Parts parts, boolean answers, long opened)
            throws IOException {
        this.opened = opened;
        this.process = process;
        this.jvm = jvm;
        this.program = program;
        this.parts = parts;
        Instant began = Instant.now();
        this.model = new LiveModel(parts.creations, TimeUnit.MILLISECONDS.toNanos(began.toEpochMilli()));
        if (parts.missing != null) {
            model.notice(parts.missing);
        }
        this.live = new LiveJvm(
                model,
                new ProcessReader(
                        process.procDir(),
                        process.hasOtherTids(),
                        JavaStack.of(process.procDir()).bytes()));
        this.events = follow(parts.creations, began);
        nameThreads(answers, live.sample());
    }

    private Optional<EventFollower> follow(Creations creations, Instant began) {
        if (parts.recording == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new EventFollower(
                    parts.recording.repository(),
                    began,
                    creations,
                    failure -> model.notice("events are no longer seen: " + failure)));
        } catch (IOException unreadable) {
            model.notice("creations are not seen: " + unreadable.getMessage());
            return Optional.empty();
        }
    }

    /** Names and kinds of the threads that are running already: of the JVM's own thread dump, and of glibc's list. */
    private void nameThreads(boolean answers, LiveSnapshot first) throws IOException {
        Set<Integer> before = first.threads().stream()
                .filter(thread -> thread.started() < opened)
                .map(LiveThread::tid)
                .collect(Collectors.toSet());
        TaskList tasks = TaskList.of(process.procDir());
        Map<Integer, ThreadDump.Entry> dump = Map.of();
        boolean dumped = false;
        if (answers) {
            try {
                dump = ThreadDump.of(process);
                dumped = true;
            } catch (IOException refused) {
                model.notice("names are the kernel's, of 15 bytes at most: " + refused.getMessage());
            }
        }
        Optional<ThreadBeginnings> beginnings = beginnings(tasks);
        for (int tid : tasks.tids()) {
            ThreadDump.Entry entry = dump.get(process.hasOtherTids() ? process.tidInside(tid) : tid);
            String kind = !dumped ? null : entry == null ? "native" : kind(entry, before.contains(tid));
            long pointer = entry == null ? 0 : entry.stackPointer();
            model.known(
                    tid,
                    entry == null ? null : entry.name(),
                    kind,
                    "native".equals(kind)
                            ? beginnings.map(all -> all.library(tid)).orElse(null)
                            : null,
                    beginnings.map(all -> all.toMeasure(tid, pointer)).orElse(null));
        }
    }

    private String kind(ThreadDump.Entry entry, boolean before) {
        boolean ours = entry.name().equals(TargetJvm.AGENT_THREAD) || !before && FOR_US.contains(entry.name());
        return ours ? AGENT : entry.id() < 0 ? "vm" : "java";
    }

    private Optional<ThreadBeginnings> beginnings(TaskList tasks) {
        try {
            return Optional.of(ThreadBeginnings.of(process, tasks));
        } catch (IOException | RuntimeException unreadable) {
            return Optional.empty();
        }
    }

    /** Its program, as its command line names it. */
    String program() {
        return program;
    }

    long pid() {
        return process.pid();
    }

    /**
     * Takes a sample.
     *
     * @throws IOException if the JVM has ended
     */
    LiveSnapshot sample() throws IOException {
        if (!jvm.isStillThere()) {
            throw new IOException("JVM " + pid() + " has ended");
        }
        model.condition(process.isStopped() ? "the JVM is stopped; to resume it: kill -CONT " + pid() : null);
        if (parts.agent != null && !parts.agent.isThere()) {
            model.notice("creations are no longer seen: another command has detached the agent");
        }
        try {
            if (parts.recording != null && !process.isStopped()) {
                parts.recording.renew();
            }
        } catch (IOException refused) {
            model.notice("creations are no longer seen: " + refused.getMessage());
        }
        try {
            return live.sample();
        } catch (IOException unreadable) {
            throw jvm.isStillThere() ? unreadable : new IOException("JVM " + pid() + " has ended", unreadable);
        }
    }

    /**
     * Leaves the JVM as it was.
     *
     * @throws IOException if something could not be taken away, saying what
     */
    @Override
    public void close() throws IOException {
        events.ifPresent(EventFollower::close);
        parts.close();
    }
}
