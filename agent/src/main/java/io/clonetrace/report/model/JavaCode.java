package io.clonetrace.report.model;

import java.util.List;

/** How the Java code in a recording is named, and which of it is the JDK's: the same for both parsers. */
public final class JavaCode {
    /** Stands for a name that the recording lacks. */
    public static final String UNKNOWN = "(unknown)";

    /** JFR records no more frames of a stack trace (JDK: {@code jfrOptionSet.cpp}, stackdepth). */
    public static final int DEEPEST = 2048;

    private static final String PLATFORM = "platform";

    private static final List<String> JDK_PACKAGES =
            List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "com.oracle.svm.", "com.ibm.oti.", "openj9.");

    private JavaCode() {}

    /**
     * Whether a loader's classes are the JDK's own.
     *
     * @param isObject whether it has a class: the boot loader is no object
     * @param name the loader's, or null
     */
    public static boolean isJdkLoader(boolean isObject, String name) {
        return !isObject || PLATFORM.equals(name);
    }

    /** Without a loader, as in recordings of older native images and of OpenJ9, the class's name has to tell. */
    public static boolean isInJdk(String type) {
        return JDK_PACKAGES.stream().anyMatch(type::startsWith);
    }
}
