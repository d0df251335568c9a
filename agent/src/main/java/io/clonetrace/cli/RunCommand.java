package io.clonetrace.cli;

import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.options.RecordingName;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.SupportedJvm;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.run.Account;
import io.clonetrace.run.ObservedRun;
import io.clonetrace.trace.AccessDenial;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ptrace.ForwardedSignals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace run}: runs a command and records its JVMs from their first clone. */
@Command(
        name = "run",
        description = {
            "Runs a command and records the clones of its JVMs from the first one on, including those of the main"
                    + " thread and of the garbage collector. The command may be java itself, or any program that starts it:"
                    + " then java notes on stderr that it picked up JDK_JAVA_OPTIONS.",
            "It ends when the last process that the command created has ended.",
            "stdin, stdout, signals and the exit status are the command's. At the end, a paragraph on stderr sums up the"
                    + " recording. Exit status: the command's own; as in a shell, 127 if there is no such command and"
                    + " 126 if it can't be executed; 1 if it was not started, because it could not be observed as"
                    + " requested. A failure of clonetrace itself while the command runs is one line on stderr."
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    /**
     * On a slow machine a short program would end before its agent reads the lines that are there already. An agent
     * that can read none refuses at once.
     */
    private static final String WAIT = "30s";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--source",
            paramLabel = "SOURCE",
            defaultValue = SourceKind.AUTO,
            description =
                    "source of clone flags: auto (the first of the others that works), ebpf, tracefs, ptrace, strace or none (default: auto)")
    private String source;

    @Option(
            names = "--record",
            paramLabel = "FILE.jfr",
            description =
                    "the recording; of several JVMs, the one with the most clones gets this name, and the others have"
                            + " their pids in the name. %%p is the pid of this command, %%t the time, %%h the host; an earlier"
                            + " recording of that name becomes FILE.jfr.old (default: clonetrace-%%p.jfr)")
    private Path record;

    @Option(
            names = "--agent",
            paramLabel = "OPTION=VALUE,...",
            description = "more options for the agent; see clonetrace agent-options (wait is " + WAIT + " here)")
    private String agentOptions;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description =
                    "run the command as this user, and observe it as root, which the caller must be. As with sudo -u, the"
                            + " command has the user's HOME, USER, LOGNAME and SHELL, the caller's PATH, TERM, TZ and"
                            + " language, and no descriptors but stdin, stdout and stderr")
    private String user;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description =
                    "java or another program, and its arguments; options of the agent may stand before it, as in attach:"
                            + " run record=app.jfr maxsize=1g -- java")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException, SourceRefusedException, LinuxException {
        takeLeadingOptions();
        if (command.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "a command is missing, such as: run -- java -jar app.jar");
        }
        AgentOptions options = agentOptions();
        Clonetrace.requireFlightRecorder();
        SupportedJvm.require();
        List<SourceKind> sources = sources();
        Optional<CommandFile.Refusal> refusal = CommandFile.refusal(command.get(0), System.getenv("PATH"));
        if (refusal.isPresent()) {
            say("can't run \"" + command.get(0) + "\": " + refusal.get().reason());
            return refusal.get().status();
        }
        Optional<Account> account = user == null ? Optional.empty() : Optional.of(Account.named(user));
        if (account.isPresent() && !account.get().canRead(ProgramJar.file().toAbsolutePath())) {
            // A JVM that can't read its agent does not start.
            throw new IOException(
                    account.get().name() + " can't read " + ProgramJar.file().toAbsolutePath()
                            + ", which the command's JVMs load; copy it to where every user can, such as /usr/local/lib");
        }
        AgentCommand observed = new AgentCommand(command, account.isEmpty());
        try (Recordings recordings = Recordings.of(file(), !observed.isJava())) {
            return run(observed, account, sources, options, recordings);
        }
    }

    private int run(
            AgentCommand observed,
            Optional<Account> account,
            List<SourceKind> sources,
            AgentOptions options,
            Recordings recordings)
            throws IOException, InterruptedException, SourceRefusedException {
        int status;
        String doubt;
        long forbidden;
        long pid;
        try (ObservedRun run = new ObservedRun(account, options.nativeStacks(), this::say)) {
            status = run.run(
                    source -> {
                        if (source == SourceKind.NONE && sources.size() > 1) {
                            say("clone flags are not observed from outside, so each JVM's agent tries its own sources: "
                                    + String.join("; ", run.refusals()));
                            return observed.with(agent(SourceKind.AUTO, recordings));
                        }
                        return observed.with(
                                agent(source == SourceKind.NONE ? source.label() : run.agentSource(), recordings));
                    },
                    sources);
            pid = run.pid();
            doubt = run.doubt();
            forbidden = run.forbidden();
        }
        ForwardedSignals.end();
        if (forbidden > 0) {
            say("the kernel refused " + forbidden
                    + " clones with EPERM, which names no limit: a seccomp filter, or a missing"
                    + " right. A JVM that can't make its threads ends without a recording; "
                    + AccessDenial.CLONE3_REMEDY);
        }
        // Without a recording, the line above says why.
        boolean ran = status != CommandFile.NOT_EXECUTED && status != CommandFile.NOT_FOUND && forbidden == 0;
        if (account.isPresent()) {
            new RunSummary.OfUser(account.get(), spec.commandLine().getErr()).print(recordings, pid, ran);
        } else {
            new RunSummary(spec.commandLine().getErr()).print(recordings, pid, ran);
        }
        if (doubt != null) {
            say(doubt);
        }
        return status;
    }

    private void takeLeadingOptions() {
        try {
            LeadingOptions leading = LeadingOptions.of(command);
            command = leading.command();
            Map<AgentOption, String> given = new LinkedHashMap<>(leading.given());
            if (record != null && given.containsKey(AgentOption.RECORD)) {
                throw new IllegalArgumentException("--record and record= are one option; give it once");
            }
            record = given.containsKey(AgentOption.RECORD) ? Path.of(given.remove(AgentOption.RECORD)) : record;
            source = given.containsKey(AgentOption.SOURCE) ? given.remove(AgentOption.SOURCE) : source;
            if (!given.isEmpty()) {
                agentOptions = (agentOptions == null ? "" : agentOptions + ",") + AgentOptions.join(given);
            }
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }

    /** A failure of clonetrace's own does not change the exit status: it is a line. */
    private void say(String line) {
        spec.commandLine().getErr().println("clonetrace: " + PlainText.clean(line));
    }

    private String agent(String observer, Recordings recordings) {
        return "-javaagent:" + ProgramJar.file().toAbsolutePath() + "=source=" + observer + ",record="
                + recordings.option()
                + (AgentOptions.split(agentOptions).containsKey(AgentOption.WAIT) ? "" : ",wait=" + WAIT)
                + (agentOptions == null ? "" : "," + agentOptions);
    }

    /** Checked here, since a JVM continues without an agent if its options are wrong. */
    private AgentOptions agentOptions() {
        try {
            // With those that this command gives the agent itself.
            return AgentOptions.parse("source=none,record=run.jfr" + (agentOptions == null ? "" : "," + agentOptions));
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--agent: " + wrong.getMessage()
                            + (wrong.getMessage().matches("option (source|record) is given twice")
                                    ? "; run has --source and --record for it"
                                    : ""));
        }
    }

    private Path file() {
        return Path.of(RecordingName.expand(record == null ? "clonetrace-%p.jfr" : record.toString()));
    }

    private List<SourceKind> sources() {
        if (source.equals(SourceKind.AUTO)) {
            // The command runs even if it can't be observed.
            return Stream.concat(SourceKind.automatic().stream(), Stream.of(SourceKind.NONE))
                    .toList();
        }
        return List.of(SourceKind.named(source.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "no source \"" + source + "\"; the sources are auto, " + SourceKind.labels())));
    }
}
