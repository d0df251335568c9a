package io.clonetrace.cli;

import io.clonetrace.cli.target.JvmName;
import io.clonetrace.cli.target.Rehearsal;
import io.clonetrace.cli.target.SupportedJvm;
import io.clonetrace.cli.target.TargetJvm;
import java.io.IOException;
import picocli.CommandLine.Parameters;

/** The JVM that a command sends requests to: its first parameter. */
final class JvmTarget {
    @Parameters(
            index = "0",
            paramLabel = "PID",
            description = "the JVM: its pid, or the name of its jar or main class, or a part of it")
    private String target;

    /** @throws IOException if there is no such JVM, or nothing can be attached to it, saying why in a sentence */
    TargetJvm attachable() throws IOException {
        return attachable(target);
    }

    /**
     * The JVM that a word on the command line names.
     *
     * @throws IOException as {@link #attachable()}
     */
    static TargetJvm attachable(String target) throws IOException {
        TargetJvm jvm;
        try {
            jvm = TargetJvm.attachable(JvmName.pid(target));
        } finally {
            Rehearsal.await();
        }
        SupportedJvm.require();
        return jvm;
    }
}
