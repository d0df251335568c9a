package io.clonetrace.agent.host;

import java.lang.module.ModuleFinder;

/** Modules of the JDK that this JVM may lack: its image was linked without them, or it was started without them. */
public final class JdkModule {
    private JdkModule() {}

    public static boolean isThere(String name) {
        return ModuleLayer.boot().findModule(name).isPresent();
    }

    /** Says that a module is missing, and what to do. */
    public static String lack(String name) {
        boolean inImage = ModuleFinder.ofSystem().find(name).isPresent();
        return "this JVM has no module " + name + "; " + (inImage ? "start it" : "link its image by jlink")
                + " with --add-modules " + name;
    }
}
