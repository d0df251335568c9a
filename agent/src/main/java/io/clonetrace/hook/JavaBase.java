package io.clonetrace.hook;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Opens what java.base encapsulates, to our own modules alone. */
public final class JavaBase {
    /** Since JDK 22 native access must be enabled for each module; since 24 the JVM warns where it isn't (JEP 472). */
    private static final int NATIVE_ACCESS_IS_RESTRICTED = 22;

    private JavaBase() {}

    /**
     * Whether this JVM writes its classes to an archive when it ends, as the training run of an AOT cache does (JDK 24
     * and later). HotSpot of JDK 25 omits each class whose code an agent has changed, and crashes if that is one of its
     * own, such as Thread (ArchiveBuilder::get_buffered_addr). Needs {@link #open}.
     */
    public static boolean writesArchive() {
        try {
            return (boolean) Class.forName("jdk.internal.misc.CDS")
                    .getMethod("isDumpingArchive")
                    .invoke(null);
        } catch (ReflectiveOperationException | RuntimeException otherJdk) {
            return false;
        }
    }

    /**
     * Whether the JVM checks calls of JNI functions ({@code -Xcheck:jni}), whatever set that option. It then prints a
     * warning for native code of the JDK too, such as that of Instrumentation.getAllLoadedClasses. Needs {@link #open}.
     */
    public static boolean checksJni() {
        return Arrays.asList(arguments()).contains("-Xcheck:jni");
    }

    /** The options of this JVM, from whatever place; none if they can't be read. */
    static String[] arguments() {
        try {
            Object options = Class.forName("jdk.internal.misc.VM")
                    .getMethod("getRuntimeArguments")
                    .invoke(null);
            // Null in a JVM without options.
            return options instanceof String[] some ? some : new String[0];
        } catch (ReflectiveOperationException | RuntimeException otherJdk) {
            return new String[0];
        }
    }

    /**
     * Loads the class that the JDK needs when a method handle is called for the 128th time, such as the one that links
     * lambdas (MethodHandle.customize of JDK 17). The agent's own calls count: the 128th may become one that comes
     * while another agent's transformer is on. If that one links a lambda itself in order to transform this class, the
     * JVM throws ClassCircularityError at every lambda from then on.
     */
    public static void loadAhead() {
        try {
            Class.forName("java.lang.invoke.MethodHandle$1", false, null);
        } catch (ClassNotFoundException | LinkageError otherJdk) {
            // Nothing to load.
        }
    }

    /**
     * Opens java.lang to this module, and enables native access for another.
     *
     * @param nativeCode the module that loads native code
     */
    public static void open(Instrumentation instrumentation, Module nativeCode) throws ReflectiveOperationException {
        Module ours = JavaBase.class.getModule();
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("jdk.internal.misc", Set.of(ours)),
                Map.of("java.lang", Set.of(ours)),
                Set.of(),
                Map.of());
        if (Runtime.version().feature() >= NATIVE_ACCESS_IS_RESTRICTED) {
            Method enable = Module.class.getDeclaredMethod("implAddEnableNativeAccess");
            enable.setAccessible(true);
            enable.invoke(nativeCode);
        }
    }
}
