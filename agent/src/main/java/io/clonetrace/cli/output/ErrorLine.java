package io.clonetrace.cli.output;

import io.clonetrace.report.text.PlainText;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Prints why a command failed, in one line. */
public final class ErrorLine {
    /** The exit status of a command that failed. */
    public static final int FAILED = 1;

    /** The exit status of a command line that makes no sense. */
    public static final int WRONG_USAGE = 2;

    private static final int LONGEST = 4000;

    private ErrorLine() {}

    /** Why a command failed. */
    public static String of(Exception failure) {
        // Part of it may come from another process.
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return "clonetrace: " + PlainText.begin(message, LONGEST);
    }

    /** Makes a command line print its errors this way; wrong usage in picocli's words. */
    public static void install(CommandLine line) {
        install(line, wrong -> wrong.getMessage().replaceFirst("\\.$", ""));
    }

    /** @param why what is wrong with a command line, without a full stop */
    public static void install(CommandLine line, Function<ParameterException, String> why) {
        // By default picocli replaces each @FILE by the file's words, those of a wrapped command too (java @argfile).
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println(of(failure));
            return FAILED;
        });
        line.setParameterExceptionHandler((wrong, arguments) -> {
            CommandLine command = wrong.getCommandLine();
            command.getErr()
                    .println("clonetrace: " + why.apply(wrong) + "; see "
                            + command.getCommandSpec().qualifiedName() + " --help");
            return WRONG_USAGE;
        });
    }
}
