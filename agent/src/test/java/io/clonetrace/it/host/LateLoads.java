package io.clonetrace.it.host;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;

/** An agent that prints which classes are loaded while JFR is writing an event. */
public final class LateLoads implements ClassFileTransformer {
    private LateLoads() {}

    public static void premain(String options, Instrumentation instrumentation) {
        instrumentation.addTransformer(new LateLoads());
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] code) {
        boolean late = StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().endsWith(".EventWriter")));
        if (late) {
            System.out.println("loaded while an event is written: " + name);
        }
        return null;
    }
}
