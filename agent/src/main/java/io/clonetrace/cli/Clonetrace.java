package io.clonetrace.cli;

import io.clonetrace.agent.host.JdkModule;
import io.clonetrace.cli.manual.GenerateManCommand;
import io.clonetrace.cli.output.ErrorLine;
import io.clonetrace.cli.output.Output;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.TargetProcess;
import io.clonetrace.cli.top.ListCommand;
import io.clonetrace.cli.top.TopCommand;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.TemporaryFolder;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code java -jar clonetrace.jar COMMAND}: exit status 0 done, 1 failed, 2 wrong usage, 3 found. */
@Command(
        name = "clonetrace",
        description = "Shows for each thread of a JVM which code created it, with which clone flags, on which stack.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit status: 0 done, 1 failed (one line says why), 2 wrong usage, 3 a finding of report --fail-on; of run and of"
                    + " trace with a command, the command's own."
        },
        versionProvider = Version.class,
        subcommands = {
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
            CommandLine.HelpCommand.class
        })
public final class Clonetrace implements Runnable {
    private static final String COMPLETION = "generate-completion";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /**
     * Runs a command.
     *
     * @param jar this program's file
     * @return the exit status
     */
    public static int run(String jar, String[] arguments) {
        try {
            TemporaryFolder.takeJna();
        } catch (IOException noRandomness) {
            System.err.println("clonetrace: " + noRandomness.getMessage());
            return ErrorLine.FAILED;
        }
        return run(jar, Output.stdout(), arguments);
    }

    static int run(String jar, Output output, String... arguments) {
        PrintWriter out = new PrintWriter(new OutputStreamWriter(output, Output.charset()));
        CommandLine line = commandLine(List.of(arguments).contains(COMPLETION)).setOut(out);
        ProgramJar.is(Path.of(jar));
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
        return commandLine(false);
    }

    /** @param completes whether it is for a shell's completion */
    private static CommandLine commandLine(boolean completes) {
        CommandLine line = new CommandLine(new Clonetrace());
        line.setCommandName("clonetrace");
        line.setUsageHelpWidth(80);
        AttachCommand.complete(line.getSubcommands().get("attach").getCommandSpec(), completes);
        // For packages, as generate-man.
        line.getSubcommands().get(COMPLETION).getCommandSpec().usageMessage().hidden(true);
        // Options after the command's name belong to that command.
        line.getSubcommands().get("trace").setStopAtPositional(true);
        line.getSubcommands().get("run").setStopAtPositional(true);
        ErrorLine.install(line, Clonetrace::why);
        return line;
    }

    /**
     * @throws IOException if this java, such as that of an image by jlink, has no flight recorder, saying what to do
     */
    static void requireFlightRecorder() throws IOException {
        if (!JdkModule.isThere("jdk.jfr")) {
            throw new IOException("this java has no module jdk.jfr: run clonetrace with the java of a JDK");
        }
    }

    /**
     * For the commands that use native code.
     *
     * @throws IOException if this java is a 32-bit one, or uses musl, where that code is untested
     */
    static void requireSupportedJvm() throws IOException {
        Optional<String> narrow = Processor.unsupportedWidth(
                System.getProperty("sun.arch.data.model", ""), System.getProperty("os.arch", ""));
        if (narrow.isPresent()) {
            throw new IOException(narrow.get());
        }
        if (TargetProcess.self().usesMusl()) {
            throw new IOException(
                    "this java uses the C library musl, and clonetrace needs glibc: run clonetrace with a JDK for glibc");
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
