package io.clonetrace.cli;

import io.clonetrace.agent.attach.AttachOptions;
import io.clonetrace.cli.attach.AttachRun;
import io.clonetrace.cli.output.ErrorLine;
import io.clonetrace.cli.output.Output;
import io.clonetrace.cli.target.TargetJvm;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code attach PID [OPTION=VALUE...]}, without options of the command's own: read without picocli, which takes a third
 * of the time until the agent observes. Anything else, and whatever is wrong with the words, is
 * {@link AttachCommand}'s.
 */
final class PlainAttach {
    private PlainAttach() {}

    /**
     * Attaches, if the words are of that form and make sense.
     *
     * @return the exit status; empty if {@link AttachCommand} has to read them
     */
    static OptionalInt run(String... words) {
        Optional<AttachOptions> options = options(words);
        if (options.isEmpty()) {
            return OptionalInt.empty();
        }
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, Output.charset()), true);
        try {
            TargetJvm jvm = JvmTarget.attachable(words[1]);
            AttachRun attach = new AttachRun(options.get(), err);
            return attach.lacksFolder(jvm) ? OptionalInt.empty() : OptionalInt.of(attach.into(jvm));
        } catch (Exception failure) {
            err.println(ErrorLine.of(failure));
            return OptionalInt.of(ErrorLine.FAILED);
        }
    }

    /** The agent's options; empty if there are other words than a JVM and such options, or they make no sense. */
    static Optional<AttachOptions> options(String... words) {
        if (words.length < 2 || !words[0].equals("attach") || words[1].isEmpty() || words[1].startsWith("-")) {
            return Optional.empty();
        }
        for (int i = 2; i < words.length; i++) {
            if (words[i].startsWith("-") || words[i].indexOf('=') < 0) {
                return Optional.empty();
            }
        }
        try {
            AttachOptions options = AttachOptions.parse(
                    Arrays.asList(words).subList(2, words.length), Path.of("").toAbsolutePath());
            return options.parsed().help() ? Optional.empty() : Optional.of(options);
        } catch (IllegalArgumentException wrong) {
            return Optional.empty();
        }
    }
}
