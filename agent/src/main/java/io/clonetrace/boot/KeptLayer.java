package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.util.HashMap;
import java.util.Map;

/**
 * The module {@code clonetrace.kept} of the jar's folder {@code kept/}: classes that a JVM can't unload without a leak.
 * It keeps them when the agent is detached, and the next attach uses them again.
 *
 * <ul>
 *   <li>JNA, and our classes whose native methods it registers: libffi's code for such a method is never freed
 *       (native/dispatch.c of JNA, registerMethod), and threads of the application may be within one at any moment.
 *   <li>The events: JDK 17 defines a class for each into its own loader (jdk.jfr.internal.EventHandlerCreator).
 * </ul>
 *
 * There is one module for each content of that folder that was ever loaded into this JVM.
 */
final class KeptLayer {
    static final String NAME = "clonetrace.kept";
    private static final String PREFIX = "kept/";

    /** By fingerprint. */
    private static final Map<String, ModuleLayer.Controller> KEPT = new HashMap<>();

    private KeptLayer() {}

    static synchronized ModuleLayer.Controller of(String jar) throws IOException {
        File file = new File(jar);
        String fingerprint = JarModule.fingerprint(file, PREFIX);
        ModuleLayer.Controller kept = KEPT.get(fingerprint);
        if (kept == null) {
            ModuleDescriptor.Builder descriptor = CoreLayer.optional(ModuleDescriptor.newOpenModule(NAME), "jdk.jfr");
            kept = CoreLayer.define(new JarModule(file, PREFIX, descriptor), NAME, ModuleLayer.boot());
            KEPT.put(fingerprint, kept);
        }
        return kept;
    }
}
