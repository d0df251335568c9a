package io.clonetrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A command whose JVMs get the agent.
 *
 * @param words the command
 * @param ownEnvironment whether it has this process's environment
 */
record AgentCommand(List<String> words, boolean ownEnvironment) {
    /** Read by the java launcher since JDK 9, but by no other tool of the JDK (java(1)). */
    private static final String VARIABLE = "JDK_JAVA_OPTIONS";

    /** Whether it is a java itself. */
    boolean isJava() {
        return Path.of(words.get(0)).endsWith("java");
    }

    /**
     * The same command with the agent: a java gets it as its first argument, so that its children don't; any other
     * command passes it on by the environment.
     */
    List<String> with(String agent) {
        List<String> all = new ArrayList<>();
        if (isJava()) {
            all.add(words.get(0));
            all.add(agent);
            all.addAll(words.subList(1, words.size()));
        } else {
            String others = ownEnvironment ? System.getenv(VARIABLE) : null;
            all.addAll(List.of("env", VARIABLE + "=" + quoted(agent) + (others == null ? "" : " " + others)));
            all.addAll(words);
        }
        return all;
    }

    /** The launcher splits at white space, and accepts both kinds of quotes. */
    private static String quoted(String argument) {
        return argument.matches("\\S*") ? argument : '"' + argument + '"';
    }
}
