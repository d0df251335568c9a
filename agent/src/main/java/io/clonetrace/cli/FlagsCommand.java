package io.clonetrace.cli;

import io.clonetrace.clone.CloneArgument;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.CloneRules;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.clone.KernelVersion;
import io.clonetrace.clone.MissingFlag;
import io.clonetrace.report.text.TerminalText;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace flags 0x3d0f00}: what a flag word means, and whether the kernel accepts it. */
@Command(
        name = "flags",
        description = "Explains clone flags: what each means, which library call they are, what is missing against"
                + " pthread_create, and whether the kernel accepts them.",
        mixinStandardHelpOptions = true)
final class FlagsCommand implements Runnable {
    private static final int NAME_WIDTH = 22;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "VALUE",
            description = "0x3d0f00, a decimal number, or names: CLONE_VM|CLONE_FS or vm,fs; a number's low byte is the"
                    + " exit signal, as in clone(2)")
    private String value;

    @Option(
            names = "--kernel",
            paramLabel = "VERSION",
            description = "the kernel whose rules apply (default: the running one)")
    private String kernel;

    @Override
    public void run() {
        CloneArgument argument;
        KernelVersion version;
        try {
            argument = CloneArgument.parse(value);
            version = kernel == null ? KernelVersion.running() : KernelVersion.parse(kernel);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        TerminalText out = new TerminalText(spec.commandLine().getOut());
        meanings(out, argument);
        profile(out, argument);
        missing(out, argument);
        for (CloneSyscall syscall : List.of(CloneSyscall.CLONE, CloneSyscall.CLONE3)) {
            accepted(out, argument, syscall, new CloneRules(version));
        }
        out.flush();
    }

    private static void meanings(TerminalText out, CloneArgument argument) {
        String signal = argument.exitSignal() == 0 ? "none" : ExitSignal.name(argument.exitSignal());
        out.line("flags 0x" + Long.toHexString(argument.flags().bits()) + ", exit signal " + signal);
        for (CloneFlag flag : argument.flags().flags()) {
            out.item(flag.name(), NAME_WIDTH, flag.meaning() + " Since Linux " + flag.since() + ".");
        }
        if (argument.flags().unknownBits() != 0) {
            String bits = "0x" + Long.toHexString(argument.flags().unknownBits());
            out.item(bits, NAME_WIDTH, "Bits that no kernel up to Linux 7.1 gives a meaning.");
        }
    }

    private static void profile(TerminalText out, CloneArgument argument) {
        Optional<CloneProfile> profile = CloneProfile.of(argument.flags(), argument.exitSignal(), CloneSyscall.CLONE3);
        out.line("");
        out.item("equals", NAME_WIDTH, profile.map(CloneProfile::label).orElse("no call that is known here"));
    }

    private static void missing(TerminalText out, CloneArgument argument) {
        List<MissingFlag> missing = MissingFlag.againstPthreadCreate(argument.flags());
        if (missing.isEmpty()) {
            return;
        }
        out.line("");
        out.line("missing against pthread_create:");
        for (MissingFlag flag : missing) {
            out.item(flag.flag().name(), NAME_WIDTH, flag.cost());
        }
    }

    private static void accepted(TerminalText out, CloneArgument argument, CloneSyscall syscall, CloneRules rules) {
        out.line("");
        List<String> violations = rules.violations(syscall, argument.flags(), argument.exitSignal());
        String kernel = syscall.syscallName() + " on Linux " + rules.kernel();
        if (violations.isEmpty()) {
            out.line(kernel + ": accepted");
        } else {
            out.line(kernel + ": refused with EINVAL");
            violations.forEach(rule -> out.item("", 2, rule));
        }
        rules.privileges(syscall, argument.flags()).forEach(rule -> out.item("", 2, rule));
        rules.notes(syscall, argument.flags(), argument.exitSignal()).forEach(note -> out.item("", 2, note));
    }
}
