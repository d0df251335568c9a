package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;

/**
 * The classes below {@code core/} of the jar, in a loader of their own: the application does not see our classes and
 * libraries, and they see none of its.
 */
final class Core {
    private static final String NAME = "clonetrace.core";
    private static final String PREFIX = "core/";

    private Core() {}

    static void startAgent(String jar, String entry, String options, Instrumentation instrumentation) throws Throwable {
        Class<?> agent = loader(jar, false).loadClass("io.clonetrace.agent.Agent");
        try {
            agent.getMethod(entry, String.class, String.class, Instrumentation.class)
                    .invoke(null, jar, options, instrumentation);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    static int runCommand(String jar, String[] arguments) throws Throwable {
        Class<?> cli = loader(jar, true).loadClass("io.clonetrace.cli.CommandEntry");
        try {
            return (Integer) cli.getMethod("run", String.class, String[].class).invoke(null, jar, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static ClassLoader loader(String jar, boolean isCommand) throws IOException {
        return new PartLoader(NAME, new File(jar), PREFIX, Kept.loader(jar, isCommand));
    }
}
