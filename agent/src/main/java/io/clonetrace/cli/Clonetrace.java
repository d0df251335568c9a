package io.clonetrace.cli;

import io.clonetrace.agent.host.JdkModule;
import io.clonetrace.cli.manual.GenerateManCommand;
import io.clonetrace.cli.output.ErrorLine;
import io.clonetrace.cli.output.Output;
import io.clonetrace.cli.top.ListCommand;
import io.clonetrace.cli.top.TopCommand;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The whole command line, as picocli reads it. */
@Command(
        name = "clonetrace",
        description = "Shows for each thread of a JVM which code created it, with which clone flags, on which stack.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 done, 1 failed (one line says why), 2 wrong usage, 3 a finding of report --fail-on; of run and of"
                    + " trace with a command, the command's own."
        },
        versionProvider = Version.class)
final class Clonetrace implements Runnable {
    private static final String COMPLETION = "generate-completion";
    private static final String ATTACH = "attach";
    private static final String TRACE = "trace";
    private static final String RUN = "run";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command, and returns the exit status. */
    static int run(Output output, String... arguments) {
        PrintWriter out = new PrintWriter(new OutputStreamWriter(output, Output.charset()));
        List<Class<?>> commands = arguments.length == 0 ? all() : named(arguments[0]);
        CommandLine line =
                commandLine(commands, List.of(arguments).contains(COMPLETION)).setOut(out);
        int status = line.execute(arguments);
        out.flush();
        return output.failure()
                .map(why -> {
                    line.getErr().println("clonetrace: the output can't be written: " + why);
                    return ErrorLine.FAILED;
                })
                .orElse(status);
    }

    static CommandLine commandLine() {
        return commandLine(all(), false);
    }

    /** @param completes whether it is for a shell's completion */
    private static CommandLine commandLine(List<Class<?>> commands, boolean completes) {
        CommandLine line = new CommandLine(new Clonetrace());
        line.setCommandName("clonetrace");
        commands.forEach(line::addSubcommand);
        line.setUsageHelpWidth(80);
        Map<String, CommandLine> byName = line.getSubcommands();
        if (byName.containsKey(ATTACH)) {
            AttachCommand.complete(byName.get(ATTACH).getCommandSpec(), completes);
        }
        if (byName.containsKey(COMPLETION)) {
            // For packages, as generate-man.
            byName.get(COMPLETION).getCommandSpec().usageMessage().hidden(true);
        }
        for (String launches : List.of(TRACE, RUN)) {
            if (byName.containsKey(launches)) {
                // Options after the command's name belong to that command.
                byName.get(launches).setStopAtPositional(true);
            }
        }
        ErrorLine.install(line, Clonetrace::why);
        return line;
    }

    /** In the order of the help. */
    private static List<Class<?>> all() {
        return List.of(
                RunCommand.class,
                AttachCommand.class,
                DetachCommand.class,
                DumpCommand.class,
                ListCommand.class,
                TopCommand.class,
                ReportCommand.class,
                ExportCommand.class,
                ExplainCommand.class,
                TraceCommand.class,
                StacksCommand.class,
                DemoCommand.class,
                FlagsCommand.class,
                DoctorCommand.class,
                AgentHelpCommand.class,
                RunSummaryCommand.class,
                GenerateManCommand.class,
                GenerateCompletion.class,
                CommandLine.HelpCommand.class);
    }

    /**
     * What a command line needs that begins with that word: picocli reads all options of all commands that it has,
     * which takes longer than most commands.
     */
    private static List<Class<?>> named(String word) {
        return switch (word) {
            case RUN -> List.of(RunCommand.class);
            // Which prints the report.
            case ATTACH -> List.of(AttachCommand.class, ReportCommand.class);
            case "detach" -> List.of(DetachCommand.class);
            case "dump" -> List.of(DumpCommand.class);
            case "list" -> List.of(ListCommand.class);
            case "top" -> List.of(TopCommand.class);
            case "report" -> List.of(ReportCommand.class);
            case "export" -> List.of(ExportCommand.class);
            case "explain" -> List.of(ExplainCommand.class);
            case TRACE -> List.of(TraceCommand.class);
            case "stacks" -> List.of(StacksCommand.class);
            case "demo" -> List.of(DemoCommand.class);
            case "flags" -> List.of(FlagsCommand.class);
            case "doctor" -> List.of(DoctorCommand.class);
            default -> all();
        };
    }

    /**
     * @throws IOException if this java, such as that of an image by jlink, has no flight recorder, saying what to do
     */
    static void requireFlightRecorder() throws IOException {
        if (!JdkModule.isThere("jdk.jfr")) {
            throw new IOException("this java has no module jdk.jfr: run clonetrace with the java of a JDK");
        }
    }

    private static String why(ParameterException wrong) {
        return wrong instanceof UnmatchedArgumentException unmatched
                ? UnknownWord.of(unmatched)
                : wrong.getMessage().replaceFirst("\\.$", "");
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
