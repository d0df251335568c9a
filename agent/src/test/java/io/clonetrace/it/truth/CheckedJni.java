package io.clonetrace.it.truth;

import java.util.ArrayList;
import java.util.List;

/** The output of -Xcheck:jni: a warning, and the Java stack below it. */
public final class CheckedJni {
    private CheckedJni() {}

    /**
     * The text without the warnings that JNA's own native code causes, and JFR's when it instruments more than 32 event
     * classes, as it does with ours.
     */
    public static String withoutJnaAndJfr(String text) {
        StringBuilder rest = new StringBuilder();
        List<String> block = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            boolean below = line.startsWith("\tat ") || line.startsWith("\t- ");
            if (!below) {
                append(rest, block);
                block.clear();
            }
            block.add(line);
        }
        append(rest, block);
        return rest.toString();
    }

    private static void append(StringBuilder rest, List<String> block) {
        boolean warning = !block.isEmpty() && block.get(0).startsWith("WARNING");
        if (!warning || block.stream().noneMatch(CheckedJni::isTheirs)) {
            block.forEach(line -> rest.append(line).append('\n'));
        }
    }

    private static boolean isTheirs(String line) {
        return line.contains("com.sun.jna.") || line.contains("at jdk.jfr.internal.JVM.retransformClasses(");
    }
}
