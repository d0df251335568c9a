package io.clonetrace.agent.host;

import java.lang.module.ModuleFinder;

/** A module of the JDK that this JVM may lack: its image was linked without it, or it was started without it. */
public final class JdkModule {
    private JdkModule() {}

    public static boolean isThere(String name) {
        return ModuleLayer.boot().findModule(name).isPresent();
    }

    /** Of one that isn't there: the fact, and what to do. */
    public static String lack(String name) {
        boolean inImage = ModuleFinder.ofSystem().find(name).isPresent();
        return "this JVM has no module " + name + "; " + (inImage ? "start it" : "link its image by jlink")
                + " with --add-modules " + name;
    }
}
