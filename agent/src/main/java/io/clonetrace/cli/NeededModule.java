package io.clonetrace.cli;

import java.io.IOException;

/** A module of the JDK without which a command can't do its work; the java of an image that jlink made may lack it. */
final class NeededModule {
    private NeededModule() {}

    /** @throws IOException if this java lacks it, saying what to do */
    static void check(String name) throws IOException {
        if (ModuleLayer.boot().findModule(name).isEmpty()) {
            throw new IOException("this java has no module " + name + ": run clonetrace with the java of a JDK");
        }
    }
}
