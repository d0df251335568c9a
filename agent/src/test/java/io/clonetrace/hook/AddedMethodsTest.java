package io.clonetrace.hook;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AddedMethodsTest {
    private static final String ON = "-XX:+AllowRedefinitionToAddDeleteMethods";
    private static final String OFF = "-XX:-AllowRedefinitionToAddDeleteMethods";

    /** As a file of -XX:Flags has it, and the JDK hands it on. */
    private static final String IN_FILE = "+AllowRedefinitionToAddDeleteMethods";

    /** A native method wrapped by an agent, as Instrumentation.setNativeMethodPrefix describes it. */
    private static final class Wrapped {
        static native void prefix_sleep(long millis);

        static void sleep(long millis) {
            prefix_sleep(millis);
        }
    }

    /** Names that end alike, with other parameters, or with native code behind neither. */
    private static final class Plain {
        native void restart(int how);

        void start() {
            restart(0);
            reset();
        }

        void reset() {
            set();
        }

        native void set();
    }

    @Test
    void theLastOptionCounts() {
        assertFalse(AddedMethods.allowedBy());
        assertFalse(AddedMethods.allowedBy("-Xmx64m", "AllowRedefinitionToAddDeleteMethods"));
        assertTrue(AddedMethods.allowedBy("-Xmx64m", OFF, ON, "-Xint"));
        assertTrue(AddedMethods.allowedBy(OFF, IN_FILE));
        assertFalse(AddedMethods.allowedBy("-D" + IN_FILE, "-agentlib:x=" + ON));
        assertFalse(AddedMethods.allowedBy(ON, "-XX:+UseSerialGC", OFF));
    }

    @Test
    void prefixedNativeMethodsAreFound() {
        assertTrue(AddedMethods.hasPrefixedMethod(Wrapped.class));
        assertFalse(AddedMethods.hasPrefixedMethod(Plain.class));
    }

    @Test
    void theJdksThreadHasNone() {
        assertFalse(AddedMethods.hasPrefixedMethod(Thread.class));
        assertFalse(AddedMethods.areToCome());
    }
}
