package io.clonetrace.hook;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;

/** Opens what java.base keeps closed, to our one module alone. */
public final class JavaBase {
    /**
     * Since JDK 22 native access has to be enabled for each module; since 24 the JVM warns where it isn't (JEP 472).
     */
    private static final int NATIVE_ACCESS_IS_RESTRICTED = 22;

    private JavaBase() {}

    /** Opens java.lang, and lets the module load native code without a warning. */
    public static void open(Instrumentation instrumentation) throws ReflectiveOperationException {
        Module ours = JavaBase.class.getModule();
        instrumentation.redefineModule(
                Object.class.getModule(), Set.of(), Map.of(), Map.of("java.lang", Set.of(ours)), Set.of(), Map.of());
        if (Runtime.version().feature() >= NATIVE_ACCESS_IS_RESTRICTED) {
            Method enable = Module.class.getDeclaredMethod("implAddEnableNativeAccess");
            enable.setAccessible(true);
            enable.invoke(ours);
        }
    }
}
