package io.clonetrace.hook;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/**
 * Methods that another agent adds to {@code Thread}, which HotSpot allows with
 * {@code -XX:+AllowRedefinitionToAddDeleteMethods}.
 *
 * <p>HotSpot numbers a class's methods, also those that a change of their code made obsolete. JFR finds the line of a
 * frame by that number, but takes a number beyond the count of the class's methods for none, and then reads through a
 * null pointer (InstanceKlass::method_with_orig_idnum and JfrStackFrame::resolve_lineno of JDK 17 and 25). A method
 * that is added after another method's code was changed has such a number.
 */
public final class AddedMethods {
    private static final String OPTION = "AllowRedefinitionToAddDeleteMethods";
    private static final String PREFIX = "-XX:";

    private AddedMethods() {}

    /**
     * Whether an agent may still add methods to {@code Thread}: this JVM allows it, and none has done so. Needs
     * {@link JavaBase#open}.
     */
    public static boolean areToCome() {
        return allowedBy(JavaBase.arguments()) && !hasPrefixedMethod(Thread.class);
    }

    /**
     * Whether these JVM options allow it; the last one counts.
     *
     * @param options as on the command line, or, from a file of flags, without {@code -XX:}
     */
    static boolean allowedBy(String... options) {
        boolean allowed = false;
        for (String option : options) {
            int sign = option.length() - OPTION.length() - 1;
            if (option.endsWith(OPTION) && (sign == 0 || sign == PREFIX.length() && option.startsWith(PREFIX))) {
                allowed = option.charAt(sign) == '+';
            }
        }
        return allowed;
    }

    /**
     * Whether a native method has the name and parameters of another one behind a prefix: that is how an agent wraps
     * native methods (Instrumentation.setNativeMethodPrefix).
     */
    static boolean hasPrefixedMethod(Class<?> type) {
        Method[] methods = type.getDeclaredMethods();
        for (Method prefixed : methods) {
            if (Modifier.isNative(prefixed.getModifiers())) {
                for (Method wrapper : methods) {
                    if (prefixed.getName().length() > wrapper.getName().length()
                            && prefixed.getName().endsWith(wrapper.getName())
                            && Arrays.equals(prefixed.getParameterTypes(), wrapper.getParameterTypes())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
