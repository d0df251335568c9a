package io.clonetrace.cli;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.flags.FlagsReport;
import io.clonetrace.report.json.Json;
import io.clonetrace.report.text.TerminalText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace flags 0x3d0f00}: what a flag word means, and whether the kernel accepts it. */
@Command(
        name = "flags",
        description =
                "Explains clone flags: what each means, which library call or program passes them, what is missing"
                        + " against pthread_create or fork, and whether the kernel accepts them.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Numbers may be hexadecimal, with or without 0x, decimal, or negative; one that can be read in two ways is"
                    + " explained in both. A number's low byte is the exit signal, as in clone(2). Names that a program"
                    + " calls are known, too: pthread_create, fork, vfork, posix_spawn, unshare, runc, ..."
        })
final class FlagsCommand implements Runnable {
    /** As much is read of stdin; more is no flags, and refused. */
    private static final int LONGEST_INPUT = 1 << 20;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TEXT",
            arity = "1..*",
            description =
                    "0x3d0f00, 3d0f00, 4001536, names such as 'CLONE_VM|CLONE_FS' or vm,fs, an expression of C, a line"
                            + " of strace, perf trace or auditd in quotes, or the name of a library call; - reads it from stdin")
    private List<String> words;

    @Option(
            names = "--kernel",
            paramLabel = "VERSION",
            description = "the kernel whose rules apply (default: the running one)")
    private String kernel;

    @Option(names = "--json", description = "print JSON")
    private boolean json;

    @Override
    public void run() {
        FlagsReport report;
        try {
            KernelVersion version = kernel == null ? KernelVersion.running() : KernelVersion.parse(kernel);
            report = new FlagsReport(text(), version);
        } catch (IllegalArgumentException | IOException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        if (json) {
            print(report);
            return;
        }
        TerminalText out = new TerminalText(spec.commandLine().getOut());
        report.print(out);
        out.flush();
    }

    private void print(FlagsReport report) {
        try {
            Json.write(report.json(), spec.commandLine().getOut());
        } catch (IOException impossible) { // a PrintWriter throws none
            throw new IllegalStateException(impossible);
        }
    }

    private String text() throws IOException {
        return words.equals(List.of("-"))
                ? new String(System.in.readNBytes(LONGEST_INPUT), StandardCharsets.UTF_8)
                : String.join(" ", words);
    }
}
