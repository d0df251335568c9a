package io.clonetrace.hook;

import java.io.IOException;
import java.lang.invoke.MethodHandles;

/**
 * Defines a class of ours a second time, as a hidden class ({@code Lookup.defineHiddenClass}). JFR marks the frames of
 * hidden classes: {@code jfr print} and {@code StackWalker} skip them, and {@code jfr view} takes them for the JDK's.
 */
public final class HiddenCode {
    private HiddenCode() {}

    /**
     * A hidden class of the same code, in the same package. The code must not pass {@code this} to a lambda: that names
     * the class that isn't hidden.
     *
     * @param lookup that of a class in the package of {@code type}
     * @throws IllegalAccessException if the JVM refuses it
     * @throws IOException if our own code can't be read
     */
    public static Class<?> of(Class<?> type, MethodHandles.Lookup lookup) throws IllegalAccessException, IOException {
        byte[] code = JarResource.read("/" + type.getName().replace('.', '/') + ".class");
        return lookup.defineHiddenClass(code, true).lookupClass();
    }
}
