package io.clonetrace.agent;

import io.clonetrace.agent.attach.AttachReply;
import io.clonetrace.agent.attach.AttachRequest;
import io.clonetrace.agent.code.CodeSources;
import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.host.JdkModule;
import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.hook.AddedMethods;
import io.clonetrace.hook.JavaBase;
import io.clonetrace.hook.LoaderFields;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.hook.ThreadHook;
import io.clonetrace.linux.hotspot.HostJvm;
import io.clonetrace.linux.hotspot.NativeAccess;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.Optional;

/** Called by the entry class: one way for both kinds of start. */
public final class Agent {
    private static final String JFR = "jdk.jfr";

    private Agent() {}

    /** Before the application's {@code main}. */
    public static void premain(String jar, String options, Instrumentation instrumentation) throws Exception {
        install(Path.of(jar), options, instrumentation);
    }

    /** In a running JVM. */
    public static void agentmain(String jar, String options, Instrumentation instrumentation) throws Exception {
        AttachRequest attachment = AttachRequest.parse(options);
        if (attachment.abandoned()) {
            return;
        }
        if (attachment.answer().isEmpty()) {
            install(Path.of(jar), attachment.options(), instrumentation);
            return;
        }
        Path file = attachment.answer().get();
        if (attachment.detach()) {
            detach(instrumentation).write(file);
        } else if (attachment.dump().isPresent()) {
            dump(instrumentation, attachment.dump().get()).write(file);
        } else {
            attach(Path.of(jar), attachment.options(), instrumentation, file);
        }
    }

    private static void attach(Path jar, String options, Instrumentation instrumentation, Path file) throws Exception {
        Optional<Session> session = Optional.empty();
        boolean left = false;
        String said;
        Console.keep();
        try {
            session = install(jar, options, instrumentation);
            left = session.isPresent() && session.get().needsTracer();
            if (left) {
                session.get().leaveFile();
            }
            if (left || session.isPresent() && session.get().lacksItsRecording()) {
                session.get().end();
                session = Optional.empty();
            }
        } finally {
            said = Console.kept();
        }
        session.ifPresent(on -> on.belongsTo(file));
        try {
            session.map(on -> new AttachReply(
                            true, on.tid(), on.recording(), JfrState.repository(), said + on.describe()))
                    .orElse(left ? AttachReply.needsTracer(said) : AttachReply.failed(said))
                    .write(file);
        } catch (IOException abandoned) {
            // The command has printed that the attach failed.
            session.ifPresent(Session::end);
        }
    }

    private static AttachReply detach(Instrumentation instrumentation) throws Exception {
        JavaBase.open(instrumentation, NativeAccess.class.getModule());
        var agent = new ThreadHook(instrumentation).agent();
        if (agent.isEmpty()) {
            return AttachReply.failed("");
        }
        Object file = agent.get().apply(SessionEnd.RECORDING);
        Object failure = agent.get().apply(SessionEnd.DETACH);
        if (failure != null) {
            return AttachReply.failed(failure.toString());
        }
        String recorded =
                file instanceof Optional<?> own && own.isPresent() ? own.get().toString() : "";
        return new AttachReply(true, -1, recorded, "", "");
    }

    private static AttachReply dump(Instrumentation instrumentation, Path into) throws Exception {
        JavaBase.open(instrumentation, NativeAccess.class.getModule());
        var agent = new ThreadHook(instrumentation).agent();
        if (agent.isEmpty()) {
            return AttachReply.failed("no agent is active");
        }
        Object failure = agent.get().apply(into);
        if (failure != null) {
            return AttachReply.failed(failure.toString());
        }
        Object file = agent.get().apply(SessionEnd.RECORDING);
        return new AttachReply(true, -1, file instanceof Optional<?> own ? "" + own.orElseThrow() : "", "", "");
    }

    /** Prints the reason if it can't. */
    private static Optional<Session> install(Path jar, String text, Instrumentation instrumentation) throws Exception {
        AgentOptions options;
        try {
            options = AgentOptions.parse(text);
        } catch (IllegalArgumentException wrong) {
            Console.say(wrong.getMessage() + "; the application runs without the agent");
            return Optional.empty();
        }
        if (options.help()) {
            Console.print(AgentOption.help());
            return Optional.empty();
        }
        String missing = missing();
        if (missing != null) {
            Console.say("not started: " + missing + "; the application runs without the agent");
            return Optional.empty();
        }
        JavaBase.loadAhead();
        JavaBase.open(instrumentation, NativeAccess.class.getModule());
        if (JavaBase.writesArchive()) {
            Console.say("not started: this JVM writes an AOT cache, and HotSpot would crash on the changed code of"
                    + " Thread; the application runs without the agent");
            return Optional.empty();
        }
        if (AddedMethods.areToCome()) {
            Console.say(
                    "not started: -XX:+AllowRedefinitionToAddDeleteMethods is on, and HotSpot would crash under JFR if"
                            + " an agent such as BlockHound added methods to Thread after clonetrace; load clonetrace after that"
                            + " agent, or attach once it is active; the application runs without the agent");
            return Optional.empty();
        }
        LoaderFields loaders = new LoaderFields();
        Session session = new Session(
                jar,
                options,
                new ThreadFields(),
                loaders,
                new ThreadHook(instrumentation),
                new CodeSources(
                        JavaBase.checksJni() ? () -> new Class<?>[0] : instrumentation::getAllLoadedClasses, loaders));
        if (!session.claim()) {
            Console.say(
                    "another clonetrace agent is on in this JVM; this one does nothing; clonetrace detach ends the other");
            return Optional.empty();
        }
        return session.start() ? Optional.of(session) : Optional.empty();
    }

    /** What this JVM lacks that the agent needs, or null. */
    private static String missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "clonetrace observes Linux, and this is " + System.getProperty("os.name");
        }
        Optional<String> unsupported = HostJvm.unsupported();
        if (unsupported.isPresent()) {
            return unsupported.get();
        }
        return JdkModule.isThere(JFR) ? null : "nothing can be recorded: " + JdkModule.lack(JFR);
    }
}
