package io.clonetrace.it.process;

import java.util.ArrayList;
import java.util.List;

/** Command lines that tests run. */
public final class Commands {
    private Commands() {}

    /** A class of {@code io.clonetrace.it.host} on the class path, in a JVM with these options. */
    public static List<String> host(Jdk jdk, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java")));
        command.addAll(options);
        command.addAll(List.of("-cp", Artifacts.TEST_CLASSES.toString(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The packaged command line in a JVM of that JDK. */
    public static List<String> clonetrace(Jdk jdk, String... arguments) {
        List<String> command = new ArrayList<>(List.of(jdk.tool("java"), "-jar", Artifacts.JAR.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * The command under an strace that writes its clones.
     *
     * @param out what strace's -o is given: a file, or | and a shell command
     */
    public static List<String> strace(String out, List<String> command) {
        List<String> strace = new ArrayList<>(List.of("strace", "-f", "-q", "-ttt"));
        strace.addAll(List.of("-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none", "-o", out));
        strace.addAll(command);
        return strace;
    }
}
