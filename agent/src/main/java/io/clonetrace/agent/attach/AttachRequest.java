package io.clonetrace.agent.attach;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Why the agent is loaded into a running JVM. The command line's attach and detach write into the options, before the
 * user's own: {@code jar=URI}, which the entry class reads, {@code answer=FILE}, and {@code detach} or
 * {@code dump=FILE}.
 *
 * @param answer the file for the answer; empty if something else, such as jcmd, loads the agent
 * @param detach whether the running agent is to end
 * @param options the user's own options
 */
public record AttachRequest(Optional<Path> answer, boolean detach, String options) {
    private static final String JAR = "jar=";
    private static final String ANSWER = "answer=";

    /** In place of the options: the agent that is active is to end. */
    public static final String DETACH = "detach";

    private static final String DUMP = "dump=";

    /**
     * In place of the options: the agent that is active is to write what it has recorded.
     *
     * @param file as the JVM sees it
     */
    public static String dump(Path file) {
        return DUMP + file;
    }

    /** The file into which the agent that is active is to write what it has recorded; empty for another request. */
    public Optional<Path> dump() {
        return options.startsWith(DUMP) ? Optional.of(Path.of(options.substring(DUMP.length()))) : Optional.empty();
    }

    /**
     * Writes a request.
     *
     * @param jar the agent's jar, as the JVM sees it
     * @param answer the file for the reply, as the JVM sees it
     * @param options the user's options, {@link #DETACH} or {@link #dump(Path)}
     */
    public static String text(URI jar, Path answer, String options) {
        return JAR + jar.toString().replace(",", "%2C") + "," + ANSWER + answer
                + (options.isEmpty() ? "" : "," + options);
    }

    /** Reads what an agent was loaded with. */
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

    /** Whether the command has ended meanwhile: a JVM that was stopped serves its old requests when it continues. */
    public boolean abandoned() {
        return answer.isPresent() && !Files.exists(answer.get());
    }

    private static String behindComma(String text) {
        int comma = text.indexOf(',');
        return comma < 0 ? "" : text.substring(comma + 1);
    }
}
