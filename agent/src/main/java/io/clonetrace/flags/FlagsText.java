package io.clonetrace.flags;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.ExitSignal;
import io.clonetrace.clone.KernelVersion;
import io.clonetrace.clone.MissingFlag;
import io.clonetrace.report.text.TerminalText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What flags are, for a terminal. */
final class FlagsText {
    private static final int NAME_WIDTH = 22;
    private static final int WORD_WIDTH = 14;
    private static final int FILTER_WIDTH = 42;

    /** As many different words are explained; more would not be read. */
    private static final int MOST_EXPLAINED = 2;

    private final TerminalText out;
    private final KernelVersion kernel;

    FlagsText(TerminalText out, KernelVersion kernel) {
        this.out = out;
        this.kernel = kernel;
    }

    void print(String input, Map<Reading, Integer> readings) {
        if (readings.size() > 1) {
            list(input, readings);
        }
        Map<String, Reading> explained = new LinkedHashMap<>();
        readings.keySet()
                .forEach(reading -> explained.putIfAbsent(reading.isUnshare() + " " + reading.argument(), reading));
        int count = 0;
        for (Reading reading : explained.values()) {
            if (count == MOST_EXPLAINED) {
                out.line("");
                out.item("", 0, "Not explained above: " + rest(explained) + ". Give each alone.");
                break;
            }
            if (count++ > 0 || readings.size() > 1) {
                out.line("");
            }
            explain(reading);
        }
    }

    private void list(String input, Map<Reading, Integer> readings) {
        boolean calls =
                readings.keySet().stream().allMatch(reading -> reading.how().isEmpty());
        out.line("\"" + FlagToken.shown(input.strip()) + "\" "
                + (calls
                        ? "has " + readings.size() + " different calls:"
                        : "can be read in " + readings.size() + " ways:"));
        readings.forEach((reading, count) -> {
            String label = calls
                    ? count + " x " + reading.call().text()
                            + (reading.error() == null ? "" : ", failed with " + reading.error())
                    : reading.how();
            String known = calls
                            || CloneProfile.called(input.strip()).isEmpty()
                                    && reading.profiles().isEmpty()
                    ? ""
                    : known(reading);
            out.item("  0x" + Long.toHexString(reading.word()), WORD_WIDTH, label + known);
        });
    }

    /** What a reading is, where its own words don't say so. */
    private static String known(Reading reading) {
        List<CloneProfile> profiles = reading.profiles();
        boolean named = profiles.stream().anyMatch(profile -> profile.label().equals(reading.how()));
        return profiles.isEmpty() || named ? "" : ": " + profiles.get(0).label();
    }

    private static String rest(Map<String, Reading> explained) {
        return explained.values().stream()
                .skip(MOST_EXPLAINED)
                .map(reading -> "0x" + Long.toHexString(reading.word()))
                .distinct()
                .limit(20)
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
    }

    private void explain(Reading reading) {
        meanings(reading);
        out.line("");
        callers(reading);
        List<KernelAnswer> answers = KernelAnswer.to(reading, kernel);
        boolean possible = answers.stream().anyMatch(KernelAnswer::isAccepted);
        if (possible && !reading.isUnshare()) {
            comparison(reading);
        }
        for (int i = 0; i < answers.size(); i++) {
            boolean both = i + 1 < answers.size() && answers.get(i).isLike(answers.get(i + 1));
            accepted(
                    both
                            ? answers.get(i).call().text() + ", "
                                    + answers.get(i + 1).call().text()
                            : answers.get(i).call().text(),
                    answers.get(i));
            i += both ? 1 : 0;
        }
        if (possible) {
            filters(reading);
        }
    }

    private void meanings(Reading reading) {
        CloneFlags flags =
                reading.isUnshare() ? reading.unshared() : reading.argument().flags();
        int signal = reading.argument().exitSignal();
        String call = reading.call() == null ? "" : reading.call().text() + ": ";
        out.line(call + "flags 0x" + Long.toHexString(flags.bits())
                + (reading.isUnshare() ? "" : ", exit signal " + (signal == 0 ? "none" : ExitSignal.name(signal))));
        reading.remarks().forEach(remark -> out.item("", 0, remark));
        if (reading.error() != null) {
            out.item("", 0, "It failed with " + reading.error() + ": " + FailedCall.meaning(reading.error()));
        }
        for (CloneFlag flag : flags.flags()) {
            String meaning = reading.isUnshare() ? UnshareRules.meaning(flag) : flag.meaning();
            out.item(flag.name(), NAME_WIDTH, meaning + " Since Linux " + flag.since() + ".");
        }
        if (flags.unknownBits() != 0) {
            String bits = "0x" + Long.toHexString(flags.unknownBits());
            out.item(bits, NAME_WIDTH, "Bits that no kernel up to Linux 7.1 gives a meaning.");
        }
    }

    private void callers(Reading reading) {
        List<String> callers = KnownCall.callers(reading);
        if (callers.isEmpty()) {
            out.item("equals", NAME_WIDTH, KnownCall.nearly(reading));
        }
        String label = "equals";
        for (String caller : callers) {
            out.item(label, NAME_WIDTH, caller);
            label = "";
        }
    }

    private void comparison(Reading reading) {
        if (reading.makesThread()) {
            List<MissingFlag> missing =
                    MissingFlag.againstPthreadCreate(reading.argument().flags());
            if (!missing.isEmpty()) {
                out.line("");
                out.line("missing against pthread_create:");
                missing.forEach(flag -> out.item(flag.flag().name(), NAME_WIDTH, flag.cost()));
            }
            return;
        }
        List<ForkDifference> differences = ForkDifference.of(reading.argument());
        for (boolean less : new boolean[] {false, true}) {
            List<ForkDifference> some =
                    differences.stream().filter(one -> one.missing() == less).toList();
            if (!some.isEmpty()) {
                out.line("");
                out.line("it makes a process; " + (less ? "missing against" : "more than") + " fork of glibc:");
                some.stream()
                        .filter(ForkDifference::isNotable)
                        .forEach(one -> out.item(one.what(), NAME_WIDTH, one.effect()));
                some.stream()
                        .filter(one -> !one.isNotable())
                        .map(ForkDifference::what)
                        .reduce((one, other) -> one + ", " + other)
                        .ifPresent(others -> out.item("", 0, others + ": see above."));
            }
        }
    }

    private void accepted(String calls, KernelAnswer answer) {
        out.line("");
        out.line(calls + " on Linux " + kernel + (answer.isAccepted() ? ": accepted" : ": refused with EINVAL"));
        answer.violations().forEach(rule -> out.item("", 2, rule));
        answer.depends().forEach(rule -> out.item("", 2, rule));
    }

    private void filters(Reading reading) {
        out.line("");
        out.line("a seccomp filter (Seccomp: 2 in /proc/PID/status) answers before the kernel:");
        for (SeccompFilter filter : SeccompFilter.values()) {
            String answers = KernelAnswer.to(reading, kernel).stream()
                    .map(answer -> answer.call().text() + " "
                            + filter.answer(answer.call(), reading).text())
                    .reduce((one, other) -> one + ", " + other)
                    .orElse("");
            out.item("  " + filter.label(), FILTER_WIDTH, answers);
        }
    }
}
