package io.clonetrace.cli;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.clonetrace.agent.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Loads the agent into a JVM that runs, and gets its answer. Needs the module jdk.attach. */
final class AgentLoad {
    /** The JDK's own patience for a JVM to open its socket is 10 s; the agent's for a source is 15 s. */
    private static final long SECONDS = 60;

    private static final int NEEDED = 17;

    private AgentLoad() {}

    /**
     * Loads it, for as long as that takes, but not for ever: a JVM may be stopped.
     *
     * @param options the user's, or {@code detach}
     * @throws IOException if nothing answers, saying why in a sentence
     */
    static Answer into(long pid, Path jar, String options) throws IOException, InterruptedException {
        NeededModule.check("jdk.attach");
        TargetJvm jvm = TargetJvm.of(pid);
        var refusal = jvm.refusal();
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        try (AttachFolder folder = AttachFolder.make(jvm, jar)) {
            Thread interrupted = new Thread(() -> {
                folder.remove();
                System.err.println("clonetrace: interrupted; JVM " + pid
                        + ", unless it did already what it was asked, finds that nobody waits, and does nothing");
            });
            Runtime.getRuntime().addShutdownHook(interrupted);
            try {
                load(pid, folder.jar(), folder.before() + (options.isEmpty() ? "" : "," + options));
                return folder.answer();
            } finally {
                forget(interrupted);
            }
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs.
        }
    }

    private static void load(long pid, Path jar, String options) throws IOException, InterruptedException {
        CompletableFuture<Void> loaded = new CompletableFuture<>();
        Runnable load = () -> {
            try {
                attachAndLoad(pid, jar, options);
                loaded.complete(null);
            } catch (Throwable failed) {
                loaded.completeExceptionally(failed);
            }
        };
        Thread loading = new Thread(load, "attach and load");
        loading.setDaemon(true);
        loading.start();
        try {
            loaded.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(sentence(pid, failed.getCause()), failed);
        } catch (TimeoutException silent) {
            throw new IOException("JVM " + pid + " did not answer within " + SECONDS + " s; it may be stopped", silent);
        }
    }

    private static void attachAndLoad(long pid, Path jar, String options)
            throws IOException, AttachNotSupportedException, AgentLoadException, AgentInitializationException {
        VirtualMachine vm = VirtualMachine.attach(Long.toString(pid));
        try {
            Properties properties = vm.getSystemProperties();
            refuse(pid, properties.getProperty("java.specification.version"), properties.getProperty("java.vm.name"));
            vm.loadAgent(jar.toString(), options);
        } finally {
            vm.detach();
        }
    }

    /** @throws IOException if the agent has no business in such a JVM */
    static void refuse(long pid, String version, String name) throws IOException {
        if (version.startsWith("1.") || Integer.parseInt(version) < NEEDED) {
            throw new IOException(
                    "JVM " + pid + " is Java " + version + ", and clonetrace needs Java " + NEEDED + " or newer");
        }
        if (name.contains("OpenJ9") || name.contains("Substrate")) {
            throw new IOException("JVM " + pid + " is " + name + ", and clonetrace reads HotSpot's tables");
        }
    }

    private static String sentence(long pid, Throwable failed) {
        String message = String.valueOf(failed.getMessage());
        if (message.contains("EnableDynamicAgentLoading")) {
            return "JVM " + pid + " was started with -XX:-EnableDynamicAgentLoading; start it with"
                    + " -javaagent:clonetrace.jar instead";
        }
        if (failed instanceof AttachNotSupportedException) {
            return "JVM " + pid + " can't be attached to: " + message.replaceFirst("\\.$", "");
        }
        if (failed instanceof IOException) {
            return message.contains("JVM " + pid) ? message : "JVM " + pid + " broke off the attach: " + message;
        }
        return "JVM " + pid + " did not load the agent: " + message;
    }
}
