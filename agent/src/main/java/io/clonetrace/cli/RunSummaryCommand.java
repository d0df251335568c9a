package io.clonetrace.cli;

import io.clonetrace.linux.LinuxException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code clonetrace run-summary}: the summary of {@code run --user NAME}, as that user (see {@link RunSummary.OfUser}).
 * Stdin has the names of older recordings, a line each.
 */
@Command(name = RunSummary.OfUser.COMMAND, hidden = true)
final class RunSummaryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0")
    private String howMany;

    @Parameters(index = "1")
    private boolean ran;

    @Parameters(index = "2")
    private long pid;

    @Parameters(index = "3")
    private Path wanted;

    @Override
    public Integer call() throws IOException, LinuxException {
        Set<String> before = new HashSet<>();
        try (BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            names.lines().forEach(before::add);
        }
        try (Recordings recordings = Recordings.since(before, wanted, howMany.equals(RunSummary.OfUser.MANY))) {
            new RunSummary(spec.commandLine().getOut()).print(recordings, pid, ran);
        }
        return 0;
    }
}
