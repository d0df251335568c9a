package io.clonetrace.agent.attach;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a load into a running JVM is for. In front of the options, the command line's attach and detach write things
 * that are none of the user's: {@code jar=URI}, which the entry class reads, {@code answer=FILE} and {@code detach}.
 *
 * @param answer the file to be answered in; empty if something else, such as jcmd, loads the agent
 * @param detach whether the agent that is on is to end
 * @param options the user's
 */
public record AttachRequest(Optional<Path> answer, boolean detach, String options) {
    private static final String JAR = "jar=";
    private static final String ANSWER = "answer=";
    private static final String DETACH = "detach";

    public static AttachRequest parse(String text) {
        String rest = text == null ? "" : text;
        Optional<Path> answer = Optional.empty();
        if (rest.startsWith(JAR)) {
            rest = behindComma(rest);
        }
        if (rest.startsWith(ANSWER)) {
            int end = rest.indexOf(',');
            answer = Optional.of(Path.of(rest.substring(ANSWER.length(), end < 0 ? rest.length() : end)));
            rest = behindComma(rest);
        }
        return new AttachRequest(answer, rest.equals(DETACH), rest);
    }

    /** Whether whoever asked has gone meanwhile: a JVM that was stopped goes on with what it was asked long ago. */
    public boolean abandoned() {
        return answer.isPresent() && !Files.exists(answer.get());
    }

    private static String behindComma(String text) {
        int comma = text.indexOf(',');
        return comma < 0 ? "" : text.substring(comma + 1);
    }
}
