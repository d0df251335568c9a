package io.clonetrace.it.truth;

import java.util.ArrayList;
import java.util.List;

/** The output of -Xcheck:jni: a warning, and the Java stack below it. */
public final class CheckedJni {
    private CheckedJni() {}

    /** JDK: libinstrument has a local reference for each loaded class, as many as any agent gets that asks for them. */
    private static final String LOADED_CLASSES = "sun.instrument.InstrumentationImpl.getAllLoadedClasses0";

    /** The text without the warnings that the native code of JNA and of java.instrument causes. */
    public static String withoutLibraries(String text) {
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
        if (!warning
                || block.stream().noneMatch(line -> line.contains("com.sun.jna.") || line.contains(LOADED_CLASSES))) {
            block.forEach(line -> rest.append(line).append('\n'));
        }
    }
}
