package io.clonetrace.cli;

import io.clonetrace.cli.output.ErrorLine;
import io.clonetrace.cli.output.Output;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.Rehearsal;
import io.clonetrace.linux.NativeFailure;
import io.clonetrace.linux.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;

/** {@code java -jar clonetrace.jar COMMAND}: exit status 0 done, 1 failed, 2 wrong usage, 3 found. */
public final class CommandEntry {
    /** Commands that send a request to a JVM. */
    private static final Set<String> REHEARSED = Set.of("attach", "detach", "dump");

    private CommandEntry() {}

    /**
     * Runs a command.
     *
     * @param jar this program's file
     * @return the exit status
     */
    public static int run(String jar, String[] arguments) {
        try {
            return runWithNativeCode(jar, arguments);
        } catch (LinkageError broken) {
            String why = NativeFailure.sentence().orElseThrow(() -> broken);
            System.err.println("clonetrace: " + why);
            return ErrorLine.FAILED;
        }
    }

    private static int runWithNativeCode(String jar, String[] arguments) {
        try {
            TemporaryFolder.takeJna();
        } catch (IOException noRandomness) {
            System.err.println("clonetrace: " + noRandomness.getMessage());
            return ErrorLine.FAILED;
        }
        ProgramJar.is(Path.of(jar));
        if (arguments.length > 0 && REHEARSED.contains(arguments[0])) {
            Rehearsal.begin();
        }
        OptionalInt attached = PlainAttach.run(arguments);
        if (attached.isPresent()) {
            return attached.getAsInt();
        }
        return Clonetrace.run(Output.stdout(), arguments);
    }
}
