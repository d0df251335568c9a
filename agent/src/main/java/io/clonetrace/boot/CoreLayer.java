package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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
        Class<?> agent = load(layer(jar), "io.clonetrace.agent.Agent");
        try {
            agent.getMethod(entry, String.class, String.class, Instrumentation.class)
                    .invoke(null, jar, options, instrumentation);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    static int runCommand(String jar, String[] arguments) throws Throwable {
        ModuleLayer.Controller layer = layer(jar);
        allowNativeAccess(layer);
        Class<?> cli = load(layer, "io.clonetrace.cli.Clonetrace");
        try {
            return (Integer) cli.getMethod("run", String.class, String[].class).invoke(null, jar, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static Class<?> load(ModuleLayer.Controller layer, String className) throws ClassNotFoundException {
        return layer.layer().findLoader(NAME).loadClass(className);
    }

    /** The first Java that asks the manifest for Enable-Native-Access (JEP 454). */
    private static final int ASKS_MANIFEST = 22;

    /**
     * Java 22 and later warn of native code in a module that nobody allowed it. Here the manifest's
     * Enable-Native-Access allows it to this class, which hands it on; an agent has another way, because its manifest
     * is not asked.
     */
    private static void allowNativeAccess(ModuleLayer.Controller layer) throws ReflectiveOperationException {
        if (Runtime.version().feature() < ASKS_MANIFEST) {
            // Java 21 has the method already, and warns of whoever calls it.
            return;
        }
        try {
            Method allow = ModuleLayer.Controller.class.getMethod("enableNativeAccess", Module.class);
            allow.invoke(layer, layer.layer().findModule(NAME).get());
        } catch (NoSuchMethodException older) {
            // Nothing warns there.
        }
    }

    private static ModuleLayer.Controller layer(String jar) throws IOException {
        CoreModule core = new CoreModule(new File(jar), descriptor());
        Configuration configuration =
                ModuleLayer.boot().configuration().resolve(core, ModuleFinder.of(), Collections.singleton(NAME));
        return ModuleLayer.defineModulesWithOneLoader(
                configuration, Collections.singletonList(ModuleLayer.boot()), ClassLoader.getPlatformClassLoader());
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
