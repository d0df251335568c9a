package io.clonetrace.cli.target;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.agent.attach.AttachRequest;
import io.clonetrace.cli.target.JvmReply.Bounds;
import io.clonetrace.report.text.PlainText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Loads the agent into a running JVM, and reads its reply. */
public final class AgentLoad {
    /** The agent's own bounds on the starts of its recording and source end sooner. */
    private static final Bounds LOADED = Bounds.of(60, 600, 1);

    private static final Bounds VERSION = Bounds.of(20, 200, 1);

    /** In bytes; HotSpot's reply has two lines. */
    private static final int LONGEST_VERSION = 4096;

    /**
     * HotSpot's second line, such as {@code JDK 17.0.15} or {@code JDK 8.0_402} (VM.version, diagnosticCommand.cpp).
     */
    private static final Pattern JDK = Pattern.compile("\nJDK (\\d{1,4})[.\n]");

    private static final long END_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int NEEDED = 17;

    /** How much of a JVM's own text is repeated. */
    private static final int LONGEST_NAME = 100;

    private static final int LONGEST_FAILURE = 500;
    private static final String LOADED_WELL = "return code: ";

    private AgentLoad() {}

    /** What is asked of the agent that will reply into a folder. */
    private interface Request {
        String options(AttachFolder folder);
    }

    /**
     * Loads it; waits while the JVM makes progress, but not for ever.
     *
     * @throws IOException if the JVM does not answer, or a request would harm it, saying why in a sentence
     */
    public static AttachReply attach(TargetJvm jvm, Path jar, AttachOptions options, Waiting waiting)
            throws IOException {
        return attach(jvm, jar, options, folder -> options.text(), waiting);
    }

    /**
     * The same for an agent that ends with this process.
     *
     * @param ownership is closed when the agent may end
     * @throws IOException as {@link #attach(TargetJvm, Path, AttachOptions, Waiting)}
     */
    public static AttachReply attach(
            TargetJvm jvm, Path jar, AttachOptions options, AgentOwnership ownership, Waiting waiting)
            throws IOException {
        return attach(jvm, jar, options, folder -> ownership.of(options, folder).text(), waiting);
    }

    private static AttachReply attach(TargetJvm jvm, Path jar, AttachOptions options, Request request, Waiting waiting)
            throws IOException {
        try (AttachSocket socket = AttachSocket.of(jvm, waiting)) {
            boolean tracer = jvm.startsTracer(options.parsed().source());
            boolean records = options.parsed().record().isPresent();
            Optional<String> missing = AttachRoom.missingForAgent(jvm.folder(), tracer, records);
            if (missing.isPresent()) {
                throw new IOException("JVM " + jvm.pid() + " has no room for the agent: " + missing.get());
            }
            return load(jvm, socket, jar, request, waiting);
        }
    }

    /**
     * Loads it once more, to end the agent that is active; {@link AttachRoom#fitsDetach} says whether there is room for
     * that.
     *
     * @throws IOException as {@link #attach}
     */
    public static AttachReply detach(TargetJvm jvm, Path jar, Waiting waiting) throws IOException {
        try (AttachSocket socket = AttachSocket.of(jvm, waiting)) {
            return load(jvm, socket, jar, folder -> AttachRequest.DETACH, waiting);
        }
    }

    /**
     * Loads it once more, to have the agent that is active write what it has recorded.
     *
     * @param file by its path in the JVM
     * @throws IOException as {@link #attach}
     */
    public static AttachReply dump(TargetJvm jvm, Path jar, Path file, Waiting waiting) throws IOException {
        try (AttachSocket socket = AttachSocket.of(jvm, waiting)) {
            return load(jvm, socket, jar, folder -> AttachRequest.dump(file), waiting);
        }
    }

    private static AttachReply load(TargetJvm jvm, AttachSocket socket, Path jar, Request request, Waiting waiting)
            throws IOException {
        try {
            return loadInto(jvm, socket, jar, request, waiting);
        } catch (ConnectionLostException lost) {
            if (!endsNow(jvm)) {
                throw lost;
            }
            throw new IOException(
                    "JVM " + jvm.pid()
                            + " has ended meanwhile; to record one from its start: clonetrace run -- java ...",
                    lost);
        }
    }

    /** The kernel closes the files of a process that ends before others see that it has ended. */
    private static boolean endsNow(TargetJvm jvm) {
        long deadline = System.nanoTime() + END_NANOS;
        while (jvm.isStillThere() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(CHECK_NANOS);
        }
        return !jvm.isStillThere();
    }

    private static AttachReply loadInto(TargetJvm jvm, AttachSocket socket, Path jar, Request request, Waiting waiting)
            throws IOException {
        refuse(jvm.pid(), version(jvm.pid(), socket));
        try (AttachFolder folder = AttachFolder.make(jvm, jar)) {
            String options = request.options(folder);
            Thread interrupted = new Thread(() -> {
                waiting.interrupted();
                folder.remove();
                System.err.println("clonetrace: interrupted; " + left(jvm.pid(), loads(options), folder.isAnswered()));
            });
            remember(interrupted);
            try {
                String text = folder.request(options);
                // As in sun.tools.attach.HotSpotVirtualMachine: the library, whether that is a path, its options.
                try (JvmReply reply = socket.ask(LOADED, "load", "instrument", "false", folder.jar() + "=" + text)) {
                    check(jvm, reply);
                }
                return folder.answer();
            } finally {
                forget(interrupted);
            }
        }
    }

    /** Runs it if this process is ended meanwhile; not if it is ending already, and this is a part of that. */
    static void remember(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // Nothing else is interrupted.
        }
    }

    /** Whether that is the request for an agent, and not one to the active agent. */
    private static boolean loads(String options) {
        return !options.equals(AttachRequest.DETACH)
                && new AttachRequest(Optional.empty(), false, options).dump().isEmpty();
    }

    /** What an interrupted command leaves: an agent that finds no place for its reply ends by itself. */
    static String left(long pid, boolean loads, boolean answered) {
        if (!loads) {
            return answered
                    ? "JVM " + pid + " has carried out the request"
                    : "JVM " + pid + " ignores the request unless it has carried it out already";
        }
        return answered
                ? "the agent is active in JVM " + pid + "; to end it: clonetrace detach " + pid
                : "JVM " + pid + " ignores the request, or ends the agent that it has begun to load";
    }

    static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It is running.
        }
    }

    /** Not by the request for its properties, for which a JVM loads a hundred classes, those of time zones too. */
    private static String version(long pid, AttachSocket socket) throws IOException {
        try (JvmReply reply = socket.ask(VERSION, "jcmd", "VM.version")) {
            int status = reply.status();
            if (status != 0) {
                throw new IOException("JVM " + pid + " does not report its version: status " + status);
            }
            return reply.text(LONGEST_VERSION);
        }
    }

    /**
     * Checks what a JVM has replied to {@code VM.version}.
     *
     * @throws IOException if the agent does not support such a JVM
     */
    static void refuse(long pid, String reply) throws IOException {
        Matcher jdk = JDK.matcher(reply);
        if (!jdk.find()) {
            throw new IOException("JVM " + pid + " does not report its version: VM.version replies \""
                    + PlainText.begin(reply, LONGEST_NAME) + "\", and clonetrace needs Java " + NEEDED
                    + " or newer");
        }
        if (Integer.parseInt(jdk.group(1)) < NEEDED) {
            throw new IOException(
                    "JVM " + pid + " is Java " + jdk.group(1) + ", and clonetrace needs Java " + NEEDED + " or newer");
        }
        if (reply.contains("OpenJ9") || reply.contains("Substrate")) {
            throw new IOException("JVM " + pid + " is " + PlainText.begin(reply.split("\n")[0], LONGEST_NAME)
                    + ", and clonetrace reads HotSpot's tables");
        }
    }

    /** @throws IOException if the JVM did not load it, with the JVM's own words */
    private static void check(TargetJvm jvm, JvmReply reply) throws IOException {
        int status = reply.status();
        String text = reply.text(LONGEST_FAILURE).strip();
        if (text.contains("EnableDynamicAgentLoading")) {
            throw new IOException(
                    AttachRefusal.agentsDisabled(jvm.pid(), jvm.folder()).sentence());
        }
        if (status != 0 || !text.equals(LOADED_WELL + "0")) {
            throw new IOException("JVM " + jvm.pid() + " did not load the agent: status " + status
                    + (text.isEmpty() ? "" : ", " + PlainText.begin(text, LONGEST_FAILURE)));
        }
    }
}
