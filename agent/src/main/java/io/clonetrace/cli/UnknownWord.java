package io.clonetrace.cli;

import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.agent.options.NearestWord;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** A word of the command line that names no command and no option, in a message that has the nearest valid one. */
final class UnknownWord {
    private static final String PREFIX = "--";

    private UnknownWord() {}

    static String of(UnmatchedArgumentException wrong) {
        CommandLine command = wrong.getCommandLine();
        String word = wrong.getUnmatched().get(0);
        if (wrong.isUnknownOption()) {
            String option = word.replaceFirst("=.*", "");
            return "no option \"" + option + "\"" + hint(command, option);
        }
        return command.getParent() == null
                ? "no command \"" + word + "\"" + NearestWord.hint(word, commands(command))
                : "\"" + word + "\" is one word too many";
    }

    private static String hint(CommandLine command, String option) {
        String agents = option.replaceFirst("^" + PREFIX, "");
        if (command.getCommandName().equals("attach")
                && NearestWord.to(agents, AgentOption.names()).isPresent()) {
            return " (did you mean "
                    + NearestWord.to(agents, AgentOption.names()).get() + "=?)";
        }
        List<String> options = command.getCommandSpec().options().stream()
                .filter(valid -> !valid.hidden())
                .flatMap(valid -> Stream.of(valid.names()))
                .toList();
        return NearestWord.hint(option, options);
    }

    private static List<String> commands(CommandLine command) {
        return command.getSubcommands().entrySet().stream()
                .filter(entry ->
                        !entry.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .toList();
    }
}
