package io.clonetrace.junit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * The agent of this JVM, through {@code java.lang.ClonetraceSlots.agent}, which the agent defines into java.base: a
 * {@link Consumer} given to it is called before each Thread.start, in the creator.
 */
final class AgentConnection {
    /** Whether the agent is attached where it isn't on. */
    static final String ATTACH = "clonetrace.threadleaks.attach";

    private static final String SLOTS = "java.lang.ClonetraceSlots";

    /** In clonetrace.jar, which is on the class path as a dependency of ours. */
    private static final String AGENT_CLASS = "io.clonetrace.boot.Premain";

    private static final long LONGEST_ATTACH_SECONDS = 60;

    private final Function<Object, Object> agent;
    private final Runnable end;
    private final String failure;

    private AgentConnection(Function<Object, Object> agent, Runnable end, String failure) {
        this.agent = agent;
        this.end = end;
        this.failure = failure;
    }

    /** @param mayAttach whether the agent is loaded if it isn't on */
    static AgentConnection open(Consumer<Thread> observer, boolean mayAttach) {
        String system = System.getProperty("os.name");
        if (!system.equals("Linux")) {
            System.err.println(
                    "clonetrace: @ThreadLeaks checks nothing: clonetrace observes Linux, and this is " + system);
            return new AgentConnection(null, null, null);
        }
        try {
            String refused = agent() == null ? (mayAttach ? attach() : ATTACH + " is false") : null;
            Function<Object, Object> agent = agent();
            if (agent == null) {
                return failed("the clonetrace agent is not on in this JVM: start it with"
                        + " -javaagent:clonetrace.jar=source=none,stacks=off; it can't be attached: " + refused);
            }
            Object answer = agent.apply(observer);
            return answer instanceof Runnable end
                    ? new AgentConnection(agent, end, null)
                    : failed("the clonetrace agent in this JVM does not report thread starts: " + answer
                            + "; use a clonetrace.jar of the version of clonetrace-junit");
        } catch (ReflectiveOperationException otherVersion) {
            return failed("the clonetrace agent in this JVM is of another version: " + otherVersion);
        }
    }

    private static AgentConnection failed(String why) {
        return new AgentConnection(null, null, "@ThreadLeaks can't check anything: " + why);
    }

    /**
     * Whether starts are observed.
     *
     * @throws ExtensionConfigurationException if they should be and can't be
     */
    boolean isOn() {
        if (failure != null) {
            throw new ExtensionConfigurationException(failure);
        }
        return agent != null;
    }

    /** Whether the agent is the one that was on at first. */
    boolean isStillOn() {
        try {
            return agent() == agent;
        } catch (ReflectiveOperationException gone) {
            return false;
        }
    }

    void close() {
        if (end != null) {
            end.run();
        }
    }

    /** The agent that is on in this JVM, or null. */
    @SuppressWarnings("unchecked")
    private static Function<Object, Object> agent() throws ReflectiveOperationException {
        Field slot;
        try {
            slot = Class.forName(SLOTS, true, null).getField("agent");
        } catch (ClassNotFoundException neverOn) {
            return null;
        }
        return ((AtomicReference<Function<Object, Object>>) slot.get(null)).get();
    }

    /**
     * Attaches the agent by its own command in another process: the JDK refuses a process that attaches to itself.
     *
     * @return why that failed, in a line; null if it didn't
     */
    private static String attach() {
        try {
            Path jar = jar();
            ProcessBuilder builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-jar",
                    jar.toString(),
                    "attach",
                    Long.toString(ProcessHandle.current().pid()),
                    "source=none",
                    "stacks=off");
            // Options for the JVM of the tests, such as a debugger's port, are not for this one.
            Map<String, String> environment = builder.environment();
            environment.remove("JAVA_TOOL_OPTIONS");
            environment.remove("JDK_JAVA_OPTIONS");
            Process process = builder.redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = output(process);
            return process.waitFor() == 0 ? null : said.strip().replaceAll("\\R", "; ");
        } catch (IOException | URISyntaxException | ClassNotFoundException failed) {
            return failed.toString();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static String output(Process process) throws IOException {
        // A stuck command would make the tests hang; its end closes the stream.
        Thread limit = new Thread(
                () -> {
                    try {
                        if (!process.waitFor(LONGEST_ATTACH_SECONDS, TimeUnit.SECONDS)) {
                            process.destroyForcibly();
                        }
                    } catch (InterruptedException over) {
                        process.destroyForcibly();
                    }
                },
                "clonetrace attach");
        limit.setDaemon(true);
        limit.start();
        try (InputStream in = process.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Path jar() throws ClassNotFoundException, URISyntaxException, IOException {
        CodeSource source = Class.forName(AGENT_CLASS, false, AgentConnection.class.getClassLoader())
                .getProtectionDomain()
                .getCodeSource();
        File jar = new File(source.getLocation().toURI());
        if (!jar.isFile()) {
            throw new IOException(jar + " is not clonetrace.jar");
        }
        return jar.toPath();
    }
}
