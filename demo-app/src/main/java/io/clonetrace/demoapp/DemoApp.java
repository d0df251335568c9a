package io.clonetrace.demoapp;

import io.clonetrace.demoapp.scenario.Hold;
import io.clonetrace.demoapp.scenario.Scenario;
import io.clonetrace.demoapp.scenario.Scenarios;
import io.clonetrace.demoapp.scenario.Settings;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A program that makes threads in every way Java has and says how many: its own word, to compare with what an agent
 * recorded. Exit status 0 when all was done, 1 when a scenario failed, 2 for wrong usage.
 */
@Command(
        name = "demo-app",
        description = "Makes threads in every way Java has, and says how many.",
        mixinStandardHelpOptions = true,
        versionProvider = ManifestVersion.class)
public final class DemoApp implements Callable<Integer> {

    private final List<Scenario> scenarios;
    private final InputStream in;

    @Spec
    private CommandSpec spec;

    @Option(names = "--list", description = "Say what each scenario does, and do nothing.")
    private boolean list;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Only these, in this order.")
    private List<String> only = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "13",
            description = "Threads a scenario (${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--creators",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that start those of the scenario plain (${DEFAULT-VALUE}).")
    private int creators;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "3",
            description = "Processes that the scenario process starts (${DEFAULT-VALUE}).")
    private int processes;

    @Option(
            names = "--leak",
            paramLabel = "N",
            defaultValue = "0",
            description = "Meanwhile, handle N requests, each with an executor that is never shut down.")
    private int leak;

    @Option(
            names = "--hold",
            description = "At the end, start N threads more, print ready, and keep them until stdin is closed.")
    private boolean hold;

    DemoApp(List<Scenario> scenarios, InputStream in) {
        this.scenarios = scenarios;
        this.in = in;
    }

    /** Runs the command line and ends the JVM with its status. */
    public static void main(String[] args) {
        int status = commandLine(Scenarios.all(), System.in).execute(args);
        if (status != 0) {
            // Java has no other way to a status of 2, nor past the live threads of a scenario that failed.
            System.exit(status);
        }
    }

    static CommandLine commandLine(List<Scenario> scenarios, InputStream in) {
        return new CommandLine(new DemoApp(scenarios, in)).setParameterExceptionHandler((wrong, args) -> {
            wrong.getCommandLine().getErr().println("demo-app: " + wrong.getMessage());
            return CommandLine.ExitCode.USAGE;
        });
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        if (list) {
            scenarios.forEach(scenario -> out.println(ListLine.of(scenario)));
            return CommandLine.ExitCode.OK;
        }
        Settings settings;
        Selection selection;
        try {
            settings = new Settings(threads, creators, processes);
            if (leak < 0) {
                throw new IllegalArgumentException("--leak must not be negative: " + leak);
            }
            selection = Selection.of(scenarios, only);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        List<Scenario> chosen = new ArrayList<>(selection.scenarios());
        if (hold) {
            chosen.add(new Hold(in, out));
        }
        Run run = new Run(out, spec.commandLine().getErr(), selection.byName());
        return leak == 0 ? run.all(chosen, settings) : runLeaking(run, chosen, settings);
    }

    private int runLeaking(Run run, List<Scenario> chosen, Settings settings) throws Exception {
        try (Leaky leaky = new Leaky(leak)) {
            int status = run.all(chosen, settings);
            if (status == CommandLine.ExitCode.OK) {
                leaky.awaitAll();
                spec.commandLine().getOut().println("leaked threads=" + leak);
            }
            return status;
        }
    }
}
