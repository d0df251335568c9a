package io.clonetrace.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar clonetrace.jar COMMAND}: exit status 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "clonetrace",
        description = "Shows for every thread of a JVM who created it, with which clone flags, on which stack.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            RunCommand.class,
            ReportCommand.class,
            TraceCommand.class,
            StacksCommand.class,
            DemoCommand.class,
            FlagsCommand.class,
            DoctorCommand.class,
            AgentHelpCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Clonetrace implements Runnable {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /**
     * Runs a command.
     *
     * @param jar this program's file
     * @return the exit status
     */
    public static int run(String jar, String[] arguments) {
        CommandLine line = new CommandLine(new Clonetrace());
        line.setCommandName("clonetrace");
        line.setUsageHelpWidth(80);
        // What follows a command's name is that command's.
        line.getSubcommands().get("trace").setStopAtPositional(true);
        line.getSubcommands().get("run").setStopAtPositional(true);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println("clonetrace: " + failure.getMessage());
            return FAILED;
        });
        line.setParameterExceptionHandler((wrong, wrongArguments) -> {
            CommandLine command = wrong.getCommandLine();
            command.getErr()
                    .println("clonetrace: " + wrong.getMessage().replaceFirst("\\.$", "") + "; see "
                            + command.getCommandSpec().qualifiedName() + " --help");
            return WRONG_USAGE;
        });
        Version.jar(Path.of(jar));
        return line.execute(arguments);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }
}
