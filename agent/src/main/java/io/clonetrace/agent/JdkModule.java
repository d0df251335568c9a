package io.clonetrace.agent;

import java.lang.module.ModuleFinder;

/** A module of the JDK that this JVM may lack: its image was linked without it, or it was started without it. */
final class JdkModule {
    private JdkModule() {}

    static boolean isThere(String name) {
        return ModuleLayer.boot().findModule(name).isPresent();
    }

    /** Of one that isn't there: the fact, and what to do. */
    static String lack(String name) {
        boolean inImage = ModuleFinder.ofSystem().find(name).isPresent();
        return "this JVM has no module " + name + "; " + (inImage ? "start it" : "link its image by jlink")
                + " with --add-modules " + name;
    }
}
