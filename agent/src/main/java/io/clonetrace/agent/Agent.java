package io.clonetrace.agent;

import io.clonetrace.hook.JavaBase;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.hook.ThreadHook;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;

/** Where the entry class hands over: one way for both kinds of start. */
public final class Agent {
    private Agent() {}

    /** Before the application's {@code main}. */
    public static void premain(String jar, String options, Instrumentation instrumentation) throws Exception {
        install(Path.of(jar), options, instrumentation);
    }

    /** Into a running process. */
    public static void agentmain(String jar, String options, Instrumentation instrumentation) throws Exception {
        install(Path.of(jar), options, instrumentation);
    }

    private static void install(Path jar, String text, Instrumentation instrumentation) throws Exception {
        AgentOptions options;
        try {
            options = AgentOptions.parse(text);
        } catch (IllegalArgumentException wrong) {
            Console.say(wrong.getMessage() + "; the application runs without the agent");
            return;
        }
        if (options.help()) {
            Console.print(AgentOption.help());
            return;
        }
        String missing = missing();
        if (missing != null) {
            Console.say("not started: " + missing + "; the application runs without the agent");
            return;
        }
        JavaBase.open(instrumentation);
        ThreadHook hook = new ThreadHook(instrumentation);
        if (hook.taken()) {
            Console.say("another clonetrace agent is on in this JVM; this one does nothing");
            return;
        }
        start(jar, options, hook);
    }

    private static void start(Path jar, AgentOptions options, ThreadHook hook) throws Exception {
        Session session = new Session(jar, options, new ThreadFields(), hook::suppressed);
        session.start();
        try {
            hook.install(session.listener());
            if (!session.hookWorks()) {
                throw new IllegalStateException("a thread was started and the hook in Thread.start did not see it");
            }
        } catch (Throwable failed) {
            session.stop();
            hook.uninstall();
            String why = failed instanceof IllegalStateException ? failed.getMessage() : failed.toString();
            Console.say("not started: " + why + "; the application runs without the agent");
            return;
        }
        session.awaitReady(options.await());
    }

    /** What this JVM lacks that nothing of ours can do without, or null. */
    private static String missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "clonetrace observes Linux, and this is " + System.getProperty("os.name");
        }
        if (ModuleLayer.boot().findModule("jdk.jfr").isEmpty()) {
            return "this JVM has no module jdk.jfr, so nothing can be recorded; start it with --add-modules jdk.jfr";
        }
        return null;
    }
}
