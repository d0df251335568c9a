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
 * Makes the module {@code clonetrace.core} of the jar's folder {@code core/}, in its own layer and with its own loader:
 * the application does not see our classes and libraries, and they see none of its. The loader's parent is the platform
 * loader; the parent layer is {@link KeptLayer}.
 */
final class CoreLayer {
    private static final String NAME = "clonetrace.core";
    private static final String PREFIX = "core/";

    /** Modules that an image may lack; the code that needs them reports it. */
    private static final String[] OPTIONAL = {"jdk.jfr", "java.management"};

    private CoreLayer() {}

    static void startAgent(String jar, String entry, String options, Instrumentation instrumentation) throws Throwable {
        Class<?> agent = load(layer(jar, KeptLayer.of(jar).layer()), "io.clonetrace.agent.Agent");
        try {
            agent.getMethod(entry, String.class, String.class, Instrumentation.class)
                    .invoke(null, jar, options, instrumentation);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    static int runCommand(String jar, String[] arguments) throws Throwable {
        ModuleLayer.Controller kept = KeptLayer.of(jar);
        allowNativeAccess(kept);
        Class<?> cli = load(layer(jar, kept.layer()), "io.clonetrace.cli.Clonetrace");
        try {
            return (Integer) cli.getMethod("run", String.class, String[].class).invoke(null, jar, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static Class<?> load(ModuleLayer layer, String className) throws ClassNotFoundException {
        return layer.findLoader(NAME).loadClass(className);
    }

    /** The first Java that reads Enable-Native-Access in the manifest (JEP 454). */
    private static final int READS_MANIFEST = 22;

    /**
     * Java 22 and later warn of native code in a module for which it is not enabled. For a command the manifest's
     * Enable-Native-Access enables it for this class, which passes it on; of an agent's jar the JVM does not read it,
     * and so the agent has another way.
     */
    private static void allowNativeAccess(ModuleLayer.Controller kept) throws ReflectiveOperationException {
        if (Runtime.version().feature() < READS_MANIFEST) {
            // Java 21 has the method, too, and warns of each caller.
            return;
        }
        try {
            Method allow = ModuleLayer.Controller.class.getMethod("enableNativeAccess", Module.class);
            allow.invoke(kept, kept.layer().findModule(KeptLayer.NAME).get());
        } catch (NoSuchMethodException older) {
            // There the JVM does not warn.
        }
    }

    private static ModuleLayer layer(String jar, ModuleLayer kept) throws IOException {
        ModuleDescriptor.Builder descriptor =
                ModuleDescriptor.newOpenModule(NAME).requires("java.instrument").requires(KeptLayer.NAME);
        return define(new JarModule(new File(jar), PREFIX, optional(descriptor, OPTIONAL)), NAME, kept)
                .layer();
    }

    static ModuleDescriptor.Builder optional(ModuleDescriptor.Builder descriptor, String... modules) {
        for (String module : modules) {
            if (ModuleLayer.boot().findModule(module).isPresent()) {
                descriptor.requires(module);
            }
        }
        return descriptor;
    }

    static ModuleLayer.Controller define(JarModule module, String name, ModuleLayer parent) {
        Configuration configuration =
                parent.configuration().resolve(module, ModuleFinder.of(), Collections.singleton(name));
        return ModuleLayer.defineModulesWithOneLoader(
                configuration, Collections.singletonList(parent), ClassLoader.getPlatformClassLoader());
    }
}
