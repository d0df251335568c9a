package io.clonetrace.trace.ptrace;

import io.clonetrace.linux.process.PidFd;
import io.clonetrace.linux.process.Signals;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Forwards the signals that ask this process to end to the command that it started, so that the command decides. Uses
 * sun.misc.Signal (JDK module jdk.unsupported), by reflection because javac can't compile against it without a warning.
 */
public final class ForwardedSignals {
    private static final List<String> PASSED = List.of("HUP", "INT", "TERM");

    private static final int SIGNALLED = 128; // as a shell reports it

    /** The previous handlers, sun.misc.SignalHandlers by sun.misc.Signals. */
    private static final Map<Object, Object> BEFORE = new HashMap<>();

    private ForwardedSignals() {}

    /**
     * Forwards SIGHUP, SIGINT and SIGTERM to {@code command}; they have no other effect unless it has ended. A signal
     * that this process inherited as ignored stays ignored. The terminal's quit key is left alone: the command gets it
     * directly.
     *
     * @param noticed called at each signal, before it is forwarded, on a thread of the JVM
     * @return false if this JVM can't handle signals
     */
    public static boolean to(PidFd command, Runnable noticed) {
        try {
            for (String name : PASSED) {
                forward(name, command, noticed);
            }
        } catch (ReflectiveOperationException unsupported) {
            return false;
        }
        Signals.ignoreQuit();
        return true;
    }

    /** Restores the signals' previous effect once the command has ended. */
    public static void end() {
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

    private static void forward(String name, PidFd command, Runnable noticed) throws ReflectiveOperationException {
        Class<?> signalClass = Class.forName("sun.misc.Signal");
        Class<?> handlerClass = Class.forName("sun.misc.SignalHandler");
        Object signal = signalClass.getConstructor(String.class).newInstance(name);
        int number = (int) signalClass.getMethod("getNumber").invoke(signal);
        Object handler = Proxy.newProxyInstance(
                handlerClass.getClassLoader(), new Class<?>[] {handlerClass}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        noticed.run();
                        if (!cameFromTheTerminal(name) && !command.send(number)) {
                            // The command has ended, and its remaining descendants are waited for.
                            Runtime.getRuntime().exit(SIGNALLED + number);
                        }
                    }
                    return null;
                });
        try {
            Object before =
                    signalClass.getMethod("handle", signalClass, handlerClass).invoke(null, signal, handler);
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

    /** The terminal signals every process of the foreground group: the command already has the signal. */
    private static boolean cameFromTheTerminal(String name) {
        return name.equals("INT") && inForeground();
    }

    private static boolean inForeground() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            // After the name, which may contain anything: state ppid pgrp session tty_nr tpgid (proc(5)).
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[2].equals(fields[5]);
        } catch (IOException noProc) {
            return false;
        }
    }
}
