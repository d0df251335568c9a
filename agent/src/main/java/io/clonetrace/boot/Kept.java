package io.clonetrace.boot;

import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The classes below {@code kept/} of the jar, which a JVM can't unload without a leak. It keeps them when the agent is
 * detached, and the next attach uses them again.
 *
 * <ul>
 *   <li>JNA, and our classes whose native methods it registers: libffi's code for such a method is never freed
 *       (native/dispatch.c of JNA, registerMethod), and threads of the application may be within one at any moment.
 *   <li>The events: JDK 17 defines a class for each into its own loader (jdk.jfr.internal.EventHandlerCreator).
 * </ul>
 *
 * There is one loader for each content of that folder that was ever loaded into this JVM.
 */
final class Kept {
    static final String NAME = "clonetrace.kept";
    private static final String PREFIX = "kept/";
    private static final String FINGERPRINT = "fingerprint";

    /** The first Java in which native access is enabled for each module (JEP 454); later ones warn where it isn't. */
    private static final int NATIVE_ACCESS_BY_MODULE = 22;

    /** By what identifies the content. */
    private static final Map<String, ClassLoader> LOADERS = new HashMap<>();

    private Kept() {}

    /** @param isCommand whether this is the command line's own JVM */
    static synchronized ClassLoader loader(String jar, boolean isCommand) throws IOException {
        File file = new File(jar);
        String content;
        String[] packages;
        try (JarPart part = new JarPart(file, PREFIX)) {
            // A jar of an earlier version has none: each is taken for another then.
            content = part.has(FINGERPRINT) ? part.index(FINGERPRINT)[0] : jar + " " + file.lastModified();
            packages = part.index("packages");
        }
        ClassLoader loader = LOADERS.get(content);
        if (loader == null) {
            loader = Runtime.version().feature() < NATIVE_ACCESS_BY_MODULE
                    ? new PartLoader(NAME, file, PREFIX, ClassLoader.getPlatformClassLoader())
                    : KeptModule.loader(file, PREFIX, packages, isCommand);
            LOADERS.put(content, loader);
        }
        return loader;
    }
}
