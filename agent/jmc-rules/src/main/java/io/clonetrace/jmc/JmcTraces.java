package io.clonetrace.jmc;

import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.IdentityHashMap;
import java.util.Map;
import org.openjdk.jmc.common.IMCClassLoader;
import org.openjdk.jmc.common.IMCFrame;
import org.openjdk.jmc.common.IMCMethod;
import org.openjdk.jmc.common.IMCModule;
import org.openjdk.jmc.common.IMCPackage;
import org.openjdk.jmc.common.IMCStackTrace;

/** Stack traces of a recording: JMC has one object for equal ones of a chunk, so each is converted once. */
final class JmcTraces {
    private static final String PLATFORM = "platform";

    private final Map<IMCStackTrace, StackTrace> converted = new IdentityHashMap<>();

    StackTrace of(IMCStackTrace trace) {
        return converted.computeIfAbsent(trace, JmcTraces::convert);
    }

    private static StackTrace convert(IMCStackTrace trace) {
        boolean truncated =
                trace.getTruncationState() != null && trace.getTruncationState().isTruncated();
        return new StackTrace(trace.getFrames().stream().map(JmcTraces::frame).toList(), truncated);
    }

    private static Frame frame(IMCFrame frame) {
        IMCMethod method = frame.getMethod();
        if (method == null || method.getType() == null) {
            return new Frame("(unknown)", "(unknown)", -1, true);
        }
        Integer line = frame.getFrameLineNumber();
        return new Frame(
                method.getType().getFullName(),
                method.getMethodName(),
                line == null ? -1 : line,
                isJdk(method.getType().getPackage()));
    }

    /** Whether its loader is the boot loader, which is none to JFR, or the platform's; JMC tells it of modules only. */
    private static boolean isJdk(IMCPackage named) {
        IMCModule module = named == null ? null : named.getModule();
        if (module == null) {
            return false;
        }
        IMCClassLoader loader = module.getClassLoader();
        boolean boot = loader == null || loader.getType() == null;
        return boot ? module.getName() != null : PLATFORM.equals(loader.getName());
    }
}
