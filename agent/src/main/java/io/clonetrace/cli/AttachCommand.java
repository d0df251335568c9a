package io.clonetrace.cli;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.cli.attach.AttachRun;
import io.clonetrace.cli.attach.RecordedFiles;
import io.clonetrace.cli.attach.TimeOption;
import io.clonetrace.cli.attach.TimedRecording;
import io.clonetrace.cli.target.TargetJvm;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace attach}: loads the agent into a running JVM. */
@Command(
        name = "attach",
        description = {
            "Loads the agent into a running JVM: of this user, or of any user if this one is root. Threads that were"
                    + " already running are in the recording's stacks, but not how they were created. Returns once the"
                    + " source has started or is refused; by default it waits up to 5 minutes for that (wait=5m).",
            "With --duration it records for that time, detaches, and prints the report, as attach, detach and report do"
                    + " one after the other.",
            "If root requests a source that the JVM's own user may not use, or no source can be started within the JVM"
                    + " (a seccomp filter may forbid it to start programs), the source runs in this command, which"
                    + " stays until the JVM ends, the agent is detached, or Ctrl-C."
        },
        footerHeading = "%nOptions of the agent, as in -javaagent; --OPTION VALUE is the same:%n",
        mixinStandardHelpOptions = true)
final class AttachCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    private static final String PREFIX = "--";

    @Spec
    private CommandSpec spec;

    @Mixin
    private JvmTarget target;

    @Parameters(index = "1..*", paramLabel = "OPTION=VALUE", description = "options of the agent")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "record for this time (500ms, 60s, 5m, 1h), then detach and print the report; Ctrl-C ends the"
                    + " time. If the JVM ends first, the report is of what was recorded. Without record=, the recording"
                    + " is removed at the end")
    private Duration duration;

    @Mixin
    private ReportOutputs outputs;

    /**
     * Adds what the table of the agent's options says: the end of the help, and each as an option of this command.
     *
     * @param shown whether these options are not hidden: the help has them at its end, and a shell's completion as
     *     options
     */
    static void complete(CommandSpec attach, boolean shown) {
        attach.usageMessage().footer(AgentOption.table().replace("%", "%%").split("\n"));
        for (AgentOption option : AgentOption.values()) {
            if (option != AgentOption.HELP && AgentOption.names().contains(option.key())) {
                attach.addOption(OptionSpec.builder(PREFIX + option.key())
                        .paramLabel(option.form())
                        .type(String.class)
                        .completionCandidates(words(option.form()))
                        .hidden(!shown)
                        .build());
            }
        }
    }

    /** Of {@code PERIOD|end|off}, those that can be typed as they are. */
    private static List<String> words(String form) {
        return Arrays.stream(form.split("\\|"))
                .filter(word -> word.matches("[a-z]+"))
                .toList();
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        AttachOptions options;
        try {
            options = AttachOptions.parse(agentsWords(), Path.of("").toAbsolutePath());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
        if (options.parsed().help()) {
            spec.commandLine().usage(spec.commandLine().getOut());
            return 0;
        }
        checkReport();
        TargetJvm jvm = target.attachable();
        AttachRun attach = new AttachRun(options, spec.commandLine().getErr());
        if (attach.lacksFolder(jvm)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "JVM " + jvm.pid() + " has other mounts: the path of record= has to be absolute");
        }
        return duration == null ? attach.into(jvm) : recordAndReport(jvm, options, attach);
    }

    /** What is given as OPTION=VALUE, and as --OPTION VALUE. */
    List<String> agentsWords() {
        List<String> all = new ArrayList<>(words);
        for (String name : AgentOption.names()) {
            OptionSpec option = spec.findOption(PREFIX + name);
            if (option != null && option.getValue() instanceof String) {
                all.add(name + "=" + option.getValue());
            }
        }
        return all;
    }

    private void checkReport() throws IOException {
        if (duration == null && outputs.areGiven()) {
            throw new ParameterException(
                    spec.commandLine(), String.join(" ", outputs.words()) + " is of the report that --duration prints");
        }
        if (duration != null) {
            outputs.check(List.of());
            Clonetrace.requireFlightRecorder();
        }
    }

    private int recordAndReport(TargetJvm jvm, AttachOptions options, AttachRun attach)
            throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        try (TimedRecording timed =
                new TimedRecording(jvm, options, duration, spec.commandLine().getErr())) {
            if (!timed.record()) {
                return FAILED;
            }
            int reported = report(jvm, timed.files());
            return reported == 0 ? attach.status(timed.lacksSource()) : reported;
        }
    }

    private int report(TargetJvm jvm, RecordedFiles recorded) throws IOException {
        List<Path> files = recorded.complete().map(List::of).orElse(recorded.chunks());
        if (files.isEmpty()) {
            throw new IOException("JVM " + jvm.pid() + " has ended without its recording, which is empty: it was killed"
                    + " before JFR had written anything");
        }
        if (recorded.complete().isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("clonetrace: JVM " + jvm.pid()
                            + " was killed, and its recording is incomplete: the report is"
                            + " of what JFR had written by then, in " + recorded.repository());
        }
        List<String> arguments = new ArrayList<>(outputs.words());
        files.forEach(file -> arguments.add(file.toString()));
        CommandLine report = spec.parent().subcommands().get("report");
        return report.execute(arguments.toArray(String[]::new));
    }
}
