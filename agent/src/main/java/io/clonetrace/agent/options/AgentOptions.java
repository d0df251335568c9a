package io.clonetrace.agent.options;

import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.StackCapture;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The agent's options, parsed.
 *
 * @param source which source; see {@link SourceOption}
 * @param record the recording's file
 * @param bounds how much of that recording is kept
 * @param stacks when stacks are measured
 * @param nativeStacks for which tasks the native frames that made them are recorded
 * @param await how long the JVM's start may wait
 * @param demo whether the native clone demo runs
 * @param jmx whether the MXBean is registered at once
 * @param tracer see {@link AgentOption#TRACER}; 0 if there is none
 * @param owner see {@link AgentOption#OWNER}; empty if there is none
 * @param stackReader by which calls to the kernel stacks are measured: auto, ioctl, fallback
 * @param help whether only the help is wanted
 */
public record AgentOptions(
        SourceOption source,
        Optional<Path> record,
        RecordingBounds bounds,
        StacksOption stacks,
        StackCapture.Mode nativeStacks,
        Duration await,
        boolean demo,
        boolean jmx,
        long tracer,
        String owner,
        String stackReader,
        boolean help) {
    /** Begins a source that is a file; the rest is its path. */
    public static final String STRACE_FILE = "strace:";

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Of a pid, which a command's attach adds: without a regular expression, as the application waits. */
    private static final int MOST_DIGITS = 9;

    private static final String SIZE = "(\\d{1,9})([kmgKMG])";

    /**
     * Which source is wanted.
     *
     * @param name auto, ebpf, tracefs, ptrace, strace or none
     * @param file the trace that is read instead of starting strace
     * @param patience how long to wait for that file: a file with this process's pid in its name is made while the
     *     process starts
     */
    public record SourceOption(String name, Optional<Path> file, Duration patience) {
        SourceOption(String name) {
            this(name, Optional.empty(), Duration.ZERO);
        }
    }

    /**
     * When stacks are measured.
     *
     * @param period the time between two snapshots
     * @param atEnd whether each Java thread measures its own stack at its end
     */
    public record StacksOption(Optional<Duration> period, boolean atEnd) {
        /** Whether live threads are measured when a recording ends: those that have not ended themselves. */
        public boolean atRecordingsEnd() {
            return atEnd || period.isPresent();
        }
    }

    /** @throws IllegalArgumentException naming the option that is wrong and what is valid */
    public static AgentOptions parse(String text) {
        return of(split(text));
    }

    /**
     * Splits the text into options and their values, in its order.
     *
     * @param text null or empty for none
     * @throws IllegalArgumentException naming the option that is unknown, has no value or is given twice
     */
    public static Map<AgentOption, String> split(String text) {
        Map<AgentOption, String> given = new LinkedHashMap<>();
        for (String part : text == null || text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals);
            AgentOption option = named(key);
            if (option != AgentOption.HELP && equals < 0) {
                throw new IllegalArgumentException("option " + key + " needs a value: " + key + "=" + option.form());
            }
            if (given.put(option, equals < 0 ? "" : part.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("option " + key + " is given twice");
            }
        }
        return given;
    }

    /** The inverse of {@link #split}. */
    public static String join(Map<AgentOption, String> given) {
        StringJoiner text = new StringJoiner(",");
        given.forEach(
                (option, value) -> text.add(option == AgentOption.HELP ? option.key() : option.key() + "=" + value));
        return text.toString();
    }

    /** @throws IllegalArgumentException naming the option whose value is wrong and what is valid */
    public static AgentOptions of(Map<AgentOption, String> given) {
        return new AgentOptions(
                source(value(given, AgentOption.SOURCE)),
                Optional.ofNullable(given.get(AgentOption.RECORD))
                        .map(file -> path(AgentOption.RECORD, file, RecordingName.expand(file))),
                bounds(given),
                stacks(value(given, AgentOption.STACKS)),
                nativeStacks(value(given, AgentOption.NATIVE_STACKS)),
                duration(AgentOption.WAIT, value(given, AgentOption.WAIT)),
                yes(AgentOption.DEMO, value(given, AgentOption.DEMO)),
                yes(AgentOption.JMX, value(given, AgentOption.JMX)),
                pid(AgentOption.TRACER, value(given, AgentOption.TRACER)),
                owner(value(given, AgentOption.OWNER)),
                stackReader(value(given, AgentOption.STACK_READER)),
                given.containsKey(AgentOption.HELP));
    }

    private static AgentOption named(String key) {
        for (AgentOption option : AgentOption.values()) {
            if (option.key().equals(key)) {
                return option;
            }
        }
        List<String> shown = AgentOption.names();
        throw new IllegalArgumentException("no option \"" + key + "\"" + NearestWord.hint(key, shown)
                + "; the options are " + String.join(", ", shown));
    }

    private static String value(Map<AgentOption, String> given, AgentOption option) {
        return given.getOrDefault(option, option.standard());
    }

    private static SourceOption source(String value) {
        if (value.startsWith(STRACE_FILE) && !value.equals(STRACE_FILE)) {
            return new SourceOption(
                    SourceKind.STRACE.label(),
                    Optional.of(path(
                            AgentOption.SOURCE,
                            value,
                            RecordingName.inNamespace(value.substring(STRACE_FILE.length())))),
                    value.contains("%p") ? PATIENCE : Duration.ZERO);
        }
        if (value.equals(SourceKind.AUTO) || SourceKind.named(value).isPresent()) {
            return new SourceOption(value);
        }
        throw wrong(AgentOption.SOURCE, value);
    }

    private static StacksOption stacks(String value) {
        if (value.equals("off")) {
            return new StacksOption(Optional.empty(), false);
        }
        boolean atEnd = value.equals("end") || value.endsWith("+end");
        if (value.equals("end")) {
            return new StacksOption(Optional.empty(), true);
        }
        String period = atEnd ? value.substring(0, value.length() - "+end".length()) : value;
        Duration every = duration(AgentOption.STACKS, period);
        if (every.isZero()) {
            throw wrong(AgentOption.STACKS, value);
        }
        return new StacksOption(Optional.of(every), atEnd);
    }

    private static StackCapture.Mode nativeStacks(String value) {
        return switch (value) {
            case "native" -> StackCapture.Mode.NATIVE;
            case "all" -> StackCapture.Mode.ALL;
            case "off" -> StackCapture.Mode.OFF;
            default -> throw wrong(AgentOption.NATIVE_STACKS, value);
        };
    }

    private static String owner(String value) {
        if (!value.isEmpty() && !value.matches("[A-Za-z0-9-]{1,100}")) {
            throw wrong(AgentOption.OWNER, value);
        }
        return value;
    }

    private static String stackReader(String value) {
        return switch (value) {
            case "auto", "ioctl", "fallback" -> value;
            default -> throw wrong(AgentOption.STACK_READER, value);
        };
    }

    private static boolean yes(AgentOption option, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(option, value);
        };
    }

    private static long pid(AgentOption option, String value) {
        if (value.length() > MOST_DIGITS) {
            throw wrong(option, value);
        }
        try {
            return value.isEmpty() ? 0 : Integer.parseUnsignedInt(value);
        } catch (NumberFormatException none) {
            throw wrong(option, value);
        }
    }

    private static Duration duration(AgentOption option, String value) {
        return TimeSpan.of(value).orElseThrow(() -> wrong(option, value));
    }

    private static RecordingBounds bounds(Map<AgentOption, String> given) {
        for (AgentOption bound : List.of(AgentOption.MAXSIZE, AgentOption.MAXAGE)) {
            if (given.containsKey(bound) && !given.containsKey(AgentOption.RECORD)) {
                throw new IllegalArgumentException(
                        "option " + bound.key() + " limits the recording of record=FILE.jfr, and there is none");
            }
        }
        return new RecordingBounds(
                Optional.ofNullable(given.get(AgentOption.MAXSIZE)).map(AgentOptions::size),
                Optional.ofNullable(given.get(AgentOption.MAXAGE)).map(AgentOptions::age));
    }

    /** In units of 1,024, as -XX:StartFlightRecording:maxsize takes it (java(1)). */
    private static long size(String value) {
        Matcher matcher = Pattern.compile(SIZE).matcher(value);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw wrong(AgentOption.MAXSIZE, value);
        }
        int bits = switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
            case "k" -> 10;
            case "m" -> 20;
            default -> 30;
        };
        return Long.parseLong(matcher.group(1)) << bits;
    }

    private static Duration age(String value) {
        Duration age = value.matches("\\d{1,9}d")
                ? Duration.ofDays(Long.parseLong(value.substring(0, value.length() - 1)))
                : duration(AgentOption.MAXAGE, value);
        if (age.isZero()) {
            throw wrong(AgentOption.MAXAGE, value);
        }
        return age;
    }

    private static Path path(AgentOption option, String value, String file) {
        try {
            if (!value.isEmpty()) {
                return Path.of(file);
            }
        } catch (InvalidPathException invalid) {
            throw wrong(option, value);
        }
        throw wrong(option, value);
    }

    private static IllegalArgumentException wrong(AgentOption option, String value) {
        return new IllegalArgumentException("option " + option.key() + " can't be \"" + value + "\"; valid is "
                + option.key() + "=" + option.form());
    }
}
