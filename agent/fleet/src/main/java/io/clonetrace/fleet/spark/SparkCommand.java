package io.clonetrace.fleet.spark;

import io.clonetrace.report.text.PlainText;
import picocli.CommandLine;

/** Runs a command in Spark's driver. */
final class SparkCommand {
    private static final int LONGEST_MESSAGE = 4000;

    private SparkCommand() {}

    /** Runs it; ends the JVM if it failed or was used wrongly. */
    static void run(Object command, String[] arguments) {
        CommandLine line = new CommandLine(command);
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((failure, of, result) -> {
            String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            of.getErr().println("clonetrace: " + PlainText.begin(message, LONGEST_MESSAGE));
            return 1;
        });
        int status = line.execute(arguments);
        if (status != 0) {
            System.exit(status);
        }
    }
}
