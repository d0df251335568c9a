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
 * its own: the application can't see our classes or our libraries, and we see none of its. The loader's parent is the
 * platform loader. Below it lies {@link KeptLayer}.
 */
final class CoreLayer {
    private static final String NAME = "clonetrace.core";
    private static final String PREFIX = "core/";

    /** Modules that an image may lack; what needs them says so when they are missing. */
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

    /** The first Java that asks the manifest for Enable-Native-Access (JEP 454). */
    private static final int ASKS_MANIFEST = 22;

    /**
     * Java 22 and later warn of native code in a module that nobody allowed it. Here the manifest's
     * Enable-Native-Access allows it to this class, which hands it on; an agent has another way, because its manifest
     * is not asked.
     */
    private static void allowNativeAccess(ModuleLayer.Controller kept) throws ReflectiveOperationException {
        if (Runtime.version().feature() < ASKS_MANIFEST) {
            // Java 21 has the method already, and warns of whoever calls it.
            return;
        }
        try {
            Method allow = ModuleLayer.Controller.class.getMethod("enableNativeAccess", Module.class);
            allow.invoke(kept, kept.layer().findModule(KeptLayer.NAME).get());
        } catch (NoSuchMethodException older) {
            // Nothing warns there.
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
