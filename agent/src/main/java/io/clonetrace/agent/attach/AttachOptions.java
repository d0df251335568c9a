package io.clonetrace.agent.attach;

import io.clonetrace.agent.options.AgentOption;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.options.RecordingName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The agent's options as the command line gives them to a JVM that runs elsewhere: in another folder, and maybe as
 * another user. Parsed once, by the command, and written once, for that JVM.
 *
 * @param parsed the options
 * @param given their values in the order in which they were given, paths made absolute
 * @param recordsRelative whether the recording's path was relative, to the command's folder
 */
public record AttachOptions(AgentOptions parsed, Map<AgentOption, String> given, boolean recordsRelative) {
    /**
     * Until the source has started or is refused, which a source's own patience decides sooner: only the command waits,
     * and the JVM's thread that serves attach requests.
     */
    private static final String PATIENCE = "5m";

    /**
     * Reads the options, and makes paths absolute.
     *
     * @param words one or more options each
     * @param folder what relative paths are relative to
     * @throws IllegalArgumentException naming the option that is wrong and what is valid
     */
    public static AttachOptions parse(List<String> words, Path folder) {
        Map<AgentOption, String> given = AgentOptions.split(String.join(",", words));
        AgentOptions parsed = AgentOptions.of(given);
        boolean relative = given.containsKey(AgentOption.RECORD)
                && !Path.of(given.get(AgentOption.RECORD)).isAbsolute();
        given.computeIfPresent(AgentOption.RECORD, (option, file) -> absolute(file, folder));
        if (parsed.source().file().isPresent()) {
            given.computeIfPresent(
                    AgentOption.SOURCE,
                    (option, source) -> AgentOptions.STRACE_FILE
                            + absolute(source.substring(AgentOptions.STRACE_FILE.length()), folder));
        }
        given.putIfAbsent(AgentOption.WAIT, PATIENCE);
        return new AttachOptions(parsed, given, relative);
    }

    /** The same for an agent that leaves the observation to that process if no source works in the JVM. */
    public AttachOptions orTracedBy(long pid) {
        return with(AgentOption.TRACER, Long.toString(pid));
    }

    /** The same for an agent that ends with this process, and stops the recordings whose names begin so. */
    public AttachOptions ownedBy(String name) {
        return with(AgentOption.OWNER, name);
    }

    /** The same with a trace in place of the source. */
    public AttachOptions reading(Path trace) {
        return with(AgentOption.SOURCE, AgentOptions.STRACE_FILE + trace);
    }

    /** The same, recording into that file, by its path in the JVM. */
    public AttachOptions recordingInto(Path file) {
        Map<AgentOption, String> changed = new LinkedHashMap<>(given);
        changed.put(AgentOption.RECORD, RecordingName.literal(file.toString()));
        return new AttachOptions(AgentOptions.of(changed), changed, false);
    }

    /** The options as the agent reads them. */
    public String text() {
        return AgentOptions.join(given);
    }

    private AttachOptions with(AgentOption option, String value) {
        Map<AgentOption, String> changed = new LinkedHashMap<>(given);
        changed.put(option, value);
        return new AttachOptions(AgentOptions.of(changed), changed, recordsRelative);
    }

    private static String absolute(String file, Path folder) {
        String absolute = folder.resolve(file).normalize().toString();
        if (absolute.contains(",")) {
            throw new IllegalArgumentException(
                    "the agent's options can't hold a comma, and there is one in " + absolute);
        }
        return absolute;
    }
}
