package io.clonetrace.report.read;

import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jdk.jfr.consumer.RecordedClassLoader;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;

/** Stack traces of one file: the parser has one object for equal ones of a chunk, so each is converted once. */
final class StackTraces {
    private static final int MOST = 10_000;
    private static final String UNKNOWN = "(unknown)";

    /** JFR records no more of a stack trace (JDK: {@code jfrOptionSet.cpp}, stackdepth). */
    private static final int DEEPEST = 2048;

    private static final String PLATFORM = "platform";

    private static final List<String> JDK_PACKAGES =
            List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "com.oracle.svm.", "com.ibm.oti.", "openj9.");

    private final Map<RecordedStackTrace, StackTrace> converted = new IdentityHashMap<>();

    StackTrace of(RecordedStackTrace trace) {
        if (converted.size() >= MOST) {
            converted.clear();
        }
        return converted.computeIfAbsent(trace, StackTraces::convert);
    }

    private static StackTrace convert(RecordedStackTrace trace) {
        List<RecordedFrame> frames = trace.getFrames();
        return new StackTrace(
                frames.stream().limit(DEEPEST).map(StackTraces::frame).toList(),
                trace.isTruncated() || frames.size() > DEEPEST);
    }

    private static Frame frame(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        if (method == null || method.getType() == null) {
            return new Frame(UNKNOWN, UNKNOWN, -1, true);
        }
        RecordedClassLoader loader = method.getType().getClassLoader();
        String type = known(method.getType().getName());
        // The boot loader is no object, so it has no class.
        boolean jdk = loader == null ? isInJdk(type) : loader.getType() == null || PLATFORM.equals(loader.getName());
        return new Frame(type, known(method.getName()), frame.getLineNumber(), jdk);
    }

    /** Without a loader, as in recordings of older native images and of OpenJ9, the name has to tell. */
    private static boolean isInJdk(String type) {
        return JDK_PACKAGES.stream().anyMatch(type::startsWith);
    }

    /** A constant that is missing is null. */
    private static String known(String name) {
        return Objects.requireNonNullElse(name, UNKNOWN);
    }
}
