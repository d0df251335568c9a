package io.clonetrace.agent.attach;

import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.agent.options.AgentOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The agent's options as a command line gives them to a JVM that runs elsewhere: in another folder, and maybe as
 * another user.
 *
 * @param source the name of the source that is wanted: auto, ebpf, tracefs, ptrace, strace or none
 * @param recordsRelative whether the recording's path was relative, to the command's folder
 * @param help whether only the help is wanted
 * @param text the options as the agent reads them
 */
public record AttachOptions(String source, boolean recordsRelative, boolean help, String text) {
    private static final String RECORD = AgentOption.RECORD.key() + "=";
    private static final String TRACE = AgentOption.SOURCE.key() + "=strace:";
    private static final String SOURCE = AgentOption.SOURCE.key() + "=";
    private static final String TRACER = AgentOption.TRACER.key() + "=";
    private static final String WAIT = AgentOption.WAIT.key() + "=";

    /** A tracer that is a JVM of its own takes this long on a busy machine, and only the command waits. */
    private static final String PATIENCE = "15s";

    /**
     * Reads the options, and makes paths absolute.
     *
     * @param words one or more options each
     * @param folder what relative paths are relative to
     * @throws IllegalArgumentException naming the option that is wrong and what is valid
     */
    public static AttachOptions parse(List<String> words, Path folder) {
        AgentOptions options = AgentOptions.parse(String.join(",", words));
        boolean relative = false;
        boolean waits = false;
        List<String> absolute = new ArrayList<>();
        for (String option : String.join(",", words).split(",")) {
            waits |= option.startsWith(WAIT);
            if (option.startsWith(RECORD)) {
                Path file = Path.of(option.substring(RECORD.length()));
                relative = !file.isAbsolute();
                absolute.add(RECORD + absolute(file, folder));
            } else if (option.startsWith(TRACE)) {
                absolute.add(TRACE + absolute(Path.of(option.substring(TRACE.length())), folder));
            } else if (!option.isEmpty()) {
                absolute.add(option);
            }
        }
        if (!waits) {
            absolute.add(WAIT + PATIENCE);
        }
        return new AttachOptions(options.source().name(), relative, options.help(), String.join(",", absolute));
    }

    /** The same for an agent that leaves the observation to that process where no source works in the JVM. */
    public AttachOptions orTracedBy(long pid) {
        return new AttachOptions(source, recordsRelative, help, text + "," + TRACER + pid);
    }

    /** The same with a trace to be read in place of the source. */
    public AttachOptions reading(Path trace) {
        List<String> others = new ArrayList<>(List.of(text.split(",")));
        others.removeIf(option -> option.startsWith(SOURCE));
        others.add(TRACE + trace);
        return new AttachOptions(source, recordsRelative, help, String.join(",", others));
    }

    private static Path absolute(Path file, Path folder) {
        Path absolute = folder.resolve(file).normalize();
        if (absolute.toString().contains(",")) {
            throw new IllegalArgumentException(
                    "the agent's options can't hold a comma, and there is one in " + absolute);
        }
        return absolute;
    }
}
