package io.clonetrace.hook;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;

/** Opens what java.base keeps closed, to our own modules alone. */
public final class JavaBase {
    /**
     * Since JDK 22 native access has to be enabled for each module; since 24 the JVM warns where it isn't (JEP 472).
     */
    private static final int NATIVE_ACCESS_IS_RESTRICTED = 22;

    private JavaBase() {}

    /**
     * Opens java.lang to this module, and lets another load native code without a warning.
     *
     * @param nativeCode the module that loads native code
     */
    public static void open(Instrumentation instrumentation, Module nativeCode) throws ReflectiveOperationException {
        Module ours = JavaBase.class.getModule();
        instrumentation.redefineModule(
                Object.class.getModule(), Set.of(), Map.of(), Map.of("java.lang", Set.of(ours)), Set.of(), Map.of());
        if (Runtime.version().feature() >= NATIVE_ACCESS_IS_RESTRICTED) {
            Method enable = Module.class.getDeclaredMethod("implAddEnableNativeAccess");
            enable.setAccessible(true);
            enable.invoke(nativeCode);
        }
    }
}
