package io.clonetrace.boot;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * {@link Kept} as a module, for Java 22 and later: native access can be enabled for it, and not for the application.
 */
final class KeptModule {
    /** May be missing from an image; the code that needs it reports that. */
    private static final String JFR = "jdk.jfr";

    private KeptModule() {}

    static ClassLoader loader(File jar, String prefix, String[] folders, boolean isCommand) {
        Set<String> packages = new HashSet<>();
        for (String folder : folders) {
            packages.add(folder.replace('/', '.'));
        }
        ModuleLayer boot = ModuleLayer.boot();
        ModuleDescriptor.Builder descriptor =
                ModuleDescriptor.newOpenModule(Kept.NAME).packages(packages);
        if (boot.findModule(JFR).isPresent()) {
            descriptor.requires(JFR);
        }
        JarModule module = new JarModule(jar, prefix, descriptor.build());
        Configuration configuration =
                boot.configuration().resolve(module, ModuleFinder.of(), Collections.singleton(Kept.NAME));
        ModuleLayer.Controller kept = ModuleLayer.defineModulesWithOneLoader(
                configuration, Collections.singletonList(boot), ClassLoader.getPlatformClassLoader());
        if (isCommand) {
            allowNativeAccess(kept);
        }
        return kept.layer().findLoader(Kept.NAME);
    }

    /**
     * For a command, the manifest's Enable-Native-Access enables native access for this class, which passes it on. Of
     * an agent's jar the JVM does not read it, and so the agent has another way.
     */
    private static void allowNativeAccess(ModuleLayer.Controller kept) {
        try {
            // In the API since Java 22.
            Method allow = ModuleLayer.Controller.class.getMethod("enableNativeAccess", Module.class);
            allow.invoke(kept, kept.layer().findModule(Kept.NAME).get());
        } catch (ReflectiveOperationException refused) {
            // The JVM warns of native code, then.
        }
    }
}
