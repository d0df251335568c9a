package io.clonetrace.boot;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.instrument.Instrumentation;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * The entry class of clonetrace.jar: as {@code -javaagent:}, as an agent loaded at run time, and as the command line.
 * It stays in the application's class loader for ever, with the two that load the rest, so it depends on no version:
 * another jar may be attached later, whose path precedes the options. {@link Core} loads the rest.
 *
 * <p>Only Java 8 bytecode and API, so that it can report an unsupported JVM.
 */
public final class Premain {
    private static final int NEEDED = 17;

    /** Precede the options in the command line's attach, each up to a comma. */
    private static final String JAR = "jar=";

    private static final String ANSWER = "answer=";

    private Premain() {}

    /**
     * Called by the JVM before the application's {@code main} (java.lang.instrument); never throws, because that would
     * end the JVM.
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
        System.exit(Core.runCommand(jar(), arguments));
    }

    private static void start(String options, Instrumentation instrumentation, String entry) {
        try {
            if (!tooOld()) {
                String other = option(JAR, options);
                String jar = other == null ? jar() : new File(URI.create(other)).getPath();
                Core.startAgent(jar, entry, options, instrumentation);
            }
        } catch (Throwable broken) {
            sayBroken(options, broken);
        }
    }

    private static void sayBroken(String options, Throwable broken) {
        try {
            String line = "not started: " + broken + "; the application runs without the agent";
            if (!answered(option(ANSWER, options), line)) {
                say(line);
            }
        } catch (Throwable nothingIsLeft) {
            // Not even memory for the message: the application starts all the same.
        }
    }

    /** Answers the command that attaches the agent, in the file that it made, in the form that it reads. */
    private static boolean answered(String file, String line) {
        if (file == null || !new File(file).exists()) {
            return false;
        }
        try (FileOutputStream out = new FileOutputStream(file)) {
            out.write(("failed\n-1\nclonetrace: " + line + "\n").getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private static String option(String key, String options) {
        String rest = options == null ? "" : options;
        if (!rest.startsWith(key) && rest.startsWith(JAR)) {
            rest = rest.substring(rest.indexOf(',') + 1);
        }
        if (!rest.startsWith(key)) {
            return null;
        }
        int end = rest.indexOf(',', key.length());
        return rest.substring(key.length(), end < 0 ? rest.length() : end);
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
        PrintStream err;
        try {
            // Not System.err, which the application may have replaced.
            err = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
        } catch (SecurityException denied) {
            err = System.err;
        }
        err.println("clonetrace: " + line);
    }
}
