package io.clonetrace.agent.options;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The agent's options: this one table is what the parser accepts, what {@code help} prints and what docs/commands.md
 * shows.
 */
public enum AgentOption {
    SOURCE(
            "source",
            "auto|ebpf|tracefs|ptrace|strace|strace:FILE|none",
            "auto",
            "source of clone flags; auto: the first that works, in this order; strace:FILE reads what an strace -f"
                    + " -o FILE writes (FILE may be a pipe)"),
    RECORD(
            "record",
            "FILE.jfr",
            "",
            "start a flight recording, write it at exit; %p in its name is the pid, %t the time, %h the host; an earlier"
                    + " recording of that name becomes FILE.jfr.old; otherwise events go to any running recording"),
    MAXSIZE(
            "maxsize",
            "SIZE",
            "",
            "keep about this much of the recording (250m, 2g): JFR drops its oldest chunks, of 12 MB each"),
    MAXAGE("maxage", "TIME", "", "keep this much of the recording (30m, 12h, 7d): JFR drops chunks that ended before"),
    STACKS(
            "stacks",
            "PERIOD|end|PERIOD+end|off",
            "10s+end",
            "measure all stacks each period (500ms, 10s, 1m) and when a recording ends; end: each Java thread measures"
                    + " its own as it ends"),
    NATIVE_STACKS(
            "native-stacks",
            "native|all|off",
            "native",
            "record the native frames that made a task; native: of threads that HotSpot did not make; all: of HotSpot's"
                    + " threads and processes, too"),
    DEMO("demo", "true|false", "false", "make a task in every way, by bare clones too, and print what the source saw"),
    WAIT("wait", "TIME", "2s", "how long the JVM's start may wait for the source"),
    JMX(
            "jmx",
            "true|false",
            "false",
            "register the MXBean io.clonetrace:type=Threads at once; otherwise when something asks for JMX"),
    HELP("help", "", "", "print this and continue without the agent"),
    /**
     * A process that is ready to observe this one from outside. Where no source works in this process, it is allowed to
     * trace it, and the agent detaches: that process attaches it again, with a trace to read.
     */
    TRACER("tracer", "PID", "", null),
    /**
     * The agent ends with the process that attached it, which holds a lock on the file for the agent's reply. It then
     * stops the recordings whose names begin so: that process started them.
     */
    OWNER("owner", "NAME", "", null),
    /** For tests: what an older kernel does, on one that has the ioctls. */
    STACK_READER("stack-reader", "auto|ioctl|fallback", "auto", null);

    private static final int WIDTH = 80;
    private static final String INDENT = "      ";

    private final String key;
    private final String values;
    private final String standard;
    private final String meaning;

    AgentOption(String key, String values, String standard, String meaning) {
        this.key = key;
        this.values = values;
        this.standard = standard;
        this.meaning = meaning;
    }

    /** The option's name. */
    public String key() {
        return key;
    }

    /** The values it takes, as the help shows them. */
    public String form() {
        return values;
    }

    /** The default; empty if there is none. */
    public String standard() {
        return standard;
    }

    /** Whether the help shows it. */
    boolean isShown() {
        return meaning != null;
    }

    /** What it does; null for an option that the help does not show. */
    public String meaning() {
        return meaning;
    }

    /** All options, a line each. */
    public static String help() {
        return "-javaagent:clonetrace.jar[=OPTION=VALUE,...]\n" + table();
    }

    /** The same without the first line. */
    public static String table() {
        return Arrays.stream(values())
                .filter(AgentOption::isShown)
                .map(AgentOption::helpLine)
                .collect(Collectors.joining());
    }

    /**
     * Parses the options as the agent will.
     *
     * @throws IllegalArgumentException naming the option that is wrong and what is valid
     */
    public static void check(String options) {
        AgentOptions.parse(options);
    }

    /** The names of the options that the help shows. */
    public static List<String> names() {
        return Arrays.stream(values())
                .filter(AgentOption::isShown)
                .map(AgentOption::key)
                .toList();
    }

    private String helpLine() {
        String form = values.isEmpty() ? key : key + "=" + values;
        String by = standard.isEmpty() ? "" : " (default " + standard + ")";
        StringBuilder lines = new StringBuilder("  " + form + "\n");
        StringBuilder line = new StringBuilder(INDENT);
        for (String word : (meaning + by).split(" ")) {
            if (line.length() + word.length() > WIDTH) {
                lines.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(INDENT);
            }
            line.append(word).append(' ');
        }
        return lines.append(line.toString().stripTrailing()).append('\n').toString();
    }
}
