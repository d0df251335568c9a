package io.clonetrace.boot;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;

/**
 * The entry of clonetrace.jar: as {@code -javaagent:}, as an agent loaded at run time, and as the command line. It is
 * the only code of ours that the application's class loader runs, and it stays there for ever, so it has no state and
 * hands the rest to {@link CoreLayer}.
 *
 * <p>Java 8 bytecode and Java 8's API only, so that an older JVM can be told what is missing.
 */
public final class Premain {
    private static final int NEEDED = 17;

    private Premain() {}

    /**
     * Called by the JVM before the application's {@code main} (java.lang.instrument); never throws, because that would
     * stop the host.
     */
    public static void premain(String options, Instrumentation instrumentation) {
        start(options, instrumentation, "premain");
    }

    /** Called by the JVM when the agent is loaded into a running process; never throws. */
    public static void agentmain(String options, Instrumentation instrumentation) {
        start(options, instrumentation, "agentmain");
    }

    /** The command line: {@code java -jar clonetrace.jar COMMAND}. */
    public static void main(String[] arguments) throws Throwable {
        if (tooOld()) {
            System.exit(1);
        }
        System.exit(CoreLayer.runCommand(jar(), arguments));
    }

    private static void start(String options, Instrumentation instrumentation, String entry) {
        try {
            if (!tooOld()) {
                CoreLayer.startAgent(jar(), entry, options, instrumentation);
            }
        } catch (Throwable broken) {
            say("not started: " + broken + "; the application runs without the agent");
        }
    }

    private static boolean tooOld() {
        String version = System.getProperty("java.specification.version", "");
        boolean old = version.startsWith("1.") || Integer.parseInt(version) < NEEDED;
        if (old) {
            say("not started: this JVM is Java " + version + ", clonetrace needs Java " + NEEDED + " or newer");
        }
        return old;
    }

    private static String jar() throws Exception {
        return new File(Premain.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .getPath();
    }

    private static void say(String line) {
        // Not System.err: that may be the application's own by now.
        new PrintStream(new FileOutputStream(FileDescriptor.err), true).println("clonetrace: " + line);
    }
}
