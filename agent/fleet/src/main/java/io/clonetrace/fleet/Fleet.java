package io.clonetrace.fleet;

import io.clonetrace.fleet.export.ExportCommand;
import io.clonetrace.fleet.page.OverviewCommand;
import io.clonetrace.fleet.sql.SqlCommand;
import io.clonetrace.report.text.PlainText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** {@code java -jar clonetrace-fleet.jar COMMAND}: exit status 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "clonetrace-fleet",
        description = "Recordings of many JVMs as tables, and questions to them in SQL.",
        mixinStandardHelpOptions = true,
        subcommands = {ExportCommand.class, SqlCommand.class, OverviewCommand.class})
public final class Fleet implements Runnable {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int LONGEST_MESSAGE = 4000;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command and ends the JVM. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /**
     * Runs a command; {@code clonetrace export} calls it.
     *
     * @return the exit status
     */
    public static int run(String[] arguments) {
        CommandLine line = new CommandLine(new Fleet());
        line.setUsageHelpWidth(80);
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            command.getErr().println("clonetrace: " + PlainText.begin(message, LONGEST_MESSAGE));
            return FAILED;
        });
        line.setParameterExceptionHandler((wrong, wrongArguments) -> {
            CommandLine command = wrong.getCommandLine();
            command.getErr()
                    .println("clonetrace: " + wrong.getMessage().replaceFirst("\\.$", "") + "; see "
                            + command.getCommandSpec().qualifiedName() + " --help");
            return WRONG_USAGE;
        });
        return line.execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
