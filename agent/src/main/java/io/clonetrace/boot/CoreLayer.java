package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.util.Collections;

/**
 * Makes the module {@code clonetrace.core} of what lies under {@code core/} in the jar, in a layer and with a loader of
 * its own: the application can't see our classes or our libraries, and we see none of its. The parent is the platform
 * loader.
 */
final class CoreLayer {
    private static final String NAME = "clonetrace.core";

    /** Modules that an image may lack; what needs them says so when they are missing. */
    private static final String[] OPTIONAL = {"jdk.jfr", "java.management", "jdk.attach"};

    private CoreLayer() {}

    static void startAgent(String jar, String entry, String options, Instrumentation instrumentation) throws Throwable {
        Class<?> agent = load(jar, "io.clonetrace.agent.Agent");
        try {
            agent.getMethod(entry, String.class, String.class, Instrumentation.class)
                    .invoke(null, jar, options, instrumentation);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    static int runCommand(String jar, String[] arguments) throws Throwable {
        Class<?> cli = load(jar, "io.clonetrace.cli.Clonetrace");
        try {
            return (Integer) cli.getMethod("run", String.class, String[].class).invoke(null, jar, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static Class<?> load(String jar, String className) throws IOException, ClassNotFoundException {
        CoreModule core = new CoreModule(new File(jar), descriptor());
        Configuration configuration =
                ModuleLayer.boot().configuration().resolve(core, ModuleFinder.of(), Collections.singleton(NAME));
        ModuleLayer.Controller layer = ModuleLayer.defineModulesWithOneLoader(
                configuration, Collections.singletonList(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader());
        return layer.layer().findLoader(NAME).loadClass(className);
    }

    private static ModuleDescriptor.Builder descriptor() {
        ModuleDescriptor.Builder descriptor =
                ModuleDescriptor.newOpenModule(NAME).requires("java.instrument");
        for (String module : OPTIONAL) {
            if (ModuleLayer.boot().findModule(module).isPresent()) {
                descriptor.requires(module);
            }
        }
        return descriptor;
    }
}
