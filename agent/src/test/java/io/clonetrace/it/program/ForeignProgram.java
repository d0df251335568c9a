package io.clonetrace.it.program;

import io.clonetrace.it.process.Run;
import java.util.List;

/** A program by others, and the work it is given. */
public interface ForeignProgram {
    /** Its name in files and messages. */
    String name();

    /** The command line after java and its options. */
    List<String> arguments();

    /** Waits until the program accepts work. */
    Work connect(Run run) throws Exception;

    /** Work in rounds: all rounds ask the same, so all have the same answers. */
    @FunctionalInterface
    interface Work {
        /** Does one round, and returns the program's answers. */
        String round() throws Exception;
    }
}
