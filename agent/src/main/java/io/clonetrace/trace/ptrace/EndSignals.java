package io.clonetrace.trace.ptrace;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Handles the signals that ask this process to end: SIGHUP, SIGINT and SIGTERM. Uses sun.misc.Signal (JDK module
 * jdk.unsupported), by reflection because javac can't compile against it without a warning.
 */
public final class EndSignals {
    private static final List<String> NAMES = List.of("HUP", "INT", "TERM");

    /** The previous handlers, sun.misc.SignalHandlers by sun.misc.Signals. */
    private static final Map<Object, Object> BEFORE = new HashMap<>();

    private EndSignals() {}

    /** Called on a thread of the JVM. */
    @FunctionalInterface
    public interface Handler {
        /**
         * A signal has come.
         *
         * @param name without SIG
         */
        void received(String name, int number);
    }

    /**
     * Handles these signals, which have no other effect from now on. A signal that this process inherited as ignored
     * stays ignored.
     *
     * @return false if this JVM can't handle signals
     */
    public static boolean handle(Handler handler) {
        try {
            for (String name : NAMES) {
                handle(name, handler);
            }
            return true;
        } catch (ReflectiveOperationException unsupported) {
            return false;
        }
    }

    /** Restores the signals' previous effect. */
    public static void restore() {
        synchronized (BEFORE) {
            BEFORE.forEach((signal, handler) -> {
                try {
                    Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
                    signal.getClass()
                            .getMethod("handle", signal.getClass(), handlerClass)
                            .invoke(null, signal, handler);
                } catch (ReflectiveOperationException unsupported) {
                    // A handler that was set before can be set again.
                }
            });
            BEFORE.clear();
        }
    }

    private static void handle(String name, Handler handler) throws ReflectiveOperationException {
        Class<?> signalClass = Class.forName("sun.misc.Signal");
        Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
        Object signal = signalClass.getConstructor(String.class).newInstance(name);
        int number = (int) signalClass.getMethod("getNumber").invoke(signal);
        Object proxy = Proxy.newProxyInstance(
                handlerClass.getClassLoader(), new Class<?>[] {handlerClass}, (self, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        handler.received(name, number);
                    }
                    return null;
                });
        try {
            Object before =
                    signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, signal, proxy);
            synchronized (BEFORE) {
                BEFORE.putIfAbsent(signal, before);
            }
        } catch (InvocationTargetException refused) {
            // IllegalArgumentException: the JVM runs with -Xrs, and the signal ends it as it ends any program.
            if (!(refused.getCause() instanceof IllegalArgumentException)) {
                throw refused;
            }
        }
    }
}
