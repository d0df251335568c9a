package io.clonetrace.cli.target;

import java.io.IOException;
import java.nio.file.Path;

/** This program's own file, which is also the agent's. */
public final class ProgramJar {
    private static volatile Path file;

    private ProgramJar() {}

    /** Notes it, once, as the program begins. */
    public static void is(Path jar) {
        file = jar;
    }

    /** Its path as it was given. */
    public static Path file() {
        return file;
    }

    /**
     * Its path without links.
     *
     * @throws IOException if it is gone
     */
    public static Path path() throws IOException {
        return file.toRealPath();
    }
}
