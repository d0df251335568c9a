package io.clonetrace.it.program;

import io.clonetrace.it.process.Run;
import java.util.List;

/** A program that nobody here wrote, and the work that it is made to do. */
public interface ForeignProgram {
    /** Its name in files and messages. */
    String name();

    /** What follows java and its options. */
    List<String> arguments();

    /** Waits until the program takes work. */
    Work connect(Run run) throws Exception;

    /** Work in rounds: each asks for the same, so each has the same answers. */
    @FunctionalInterface
    interface Work {
        /** Does one round, and answers what the program answered. */
        String round() throws Exception;
    }
}
