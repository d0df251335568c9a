package io.clonetrace.report.read;

import io.clonetrace.report.model.JavaCode;
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
                frames.stream().limit(JavaCode.DEEPEST).map(StackTraces::frame).toList(),
                trace.isTruncated() || frames.size() > JavaCode.DEEPEST);
    }

    private static Frame frame(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        if (method == null || method.getType() == null) {
            return new Frame(JavaCode.UNKNOWN, JavaCode.UNKNOWN, -1, true);
        }
        RecordedClassLoader loader = method.getType().getClassLoader();
        String type = known(method.getType().getName());
        boolean jdk = loader == null
                ? JavaCode.isInJdk(type)
                : JavaCode.isJdkLoader(loader.getType() != null, loader.getName());
        return new Frame(type, known(method.getName()), frame.getLineNumber(), jdk);
    }

    /** A constant that is missing is null. */
    private static String known(String name) {
        return Objects.requireNonNullElse(name, JavaCode.UNKNOWN);
    }
}
