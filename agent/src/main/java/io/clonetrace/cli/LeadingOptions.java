package io.clonetrace.cli;

import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.agent.options.AgentOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options of the agent before a command, in the form that {@code attach} takes: {@code run record=app.jfr -- java}.
 *
 * @param given the options
 * @param command what follows them, without the {@code --} between
 */
record LeadingOptions(Map<AgentOption, String> given, List<String> command) {
    private static final String END = "--";

    /**
     * Splits the words behind {@code run}.
     *
     * @throws IllegalArgumentException naming the option that is unknown or given twice
     */
    static LeadingOptions of(List<String> words) {
        int end = words.indexOf(END);
        boolean allOptions = end > 0 && words.subList(0, end).stream().allMatch(word -> word.contains("="));
        int count = 0;
        while (count < words.size() && (allOptions ? count < end : isOption(words.get(count)))) {
            count++;
        }
        if (count == 0) {
            return new LeadingOptions(new LinkedHashMap<>(), words);
        }
        return new LeadingOptions(
                AgentOptions.split(String.join(",", words.subList(0, count))),
                words.subList(count == end ? count + 1 : count, words.size()));
    }

    private static boolean isOption(String word) {
        return word.contains("=") && AgentOption.names().contains(word.substring(0, word.indexOf('=')));
    }
}
