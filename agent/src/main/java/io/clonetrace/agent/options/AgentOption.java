package io.clonetrace.agent.options;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The agent's options: this one table is what the parser accepts, what {@code help} prints and what the README shows.
 */
public enum AgentOption {
    SOURCE(
            "source",
            "auto|ebpf|tracefs|ptrace|strace|strace:FILE|none",
            "auto",
            "who observes the clone flags; auto: the first that works, in this order; strace:FILE reads what an strace -f"
                    + " -o FILE writes (FILE may be a pipe)"),
    RECORD(
            "record",
            "FILE.jfr",
            "",
            "start a flight recording, write it at exit; without it any recording gets the events"),
    STACKS(
            "stacks",
            "PERIOD|end|PERIOD+end|off",
            "10s+end",
            "measure all stacks each period (500ms, 10s, 1m) and when a recording ends; end: each Java thread measures"
                    + " its own as it ends"),
    DEMO("demo", "true|false", "false", "make a task in every way, bare clones too, and print what the source saw"),
    WAIT("wait", "TIME", "2s", "how long the JVM's start may wait for the source"),
    JMX(
            "jmx",
            "true|false",
            "false",
            "register the MXBean io.clonetrace:type=Threads at once; without it, when something asks for JMX"),
    HELP("help", "", "", "print this and go on without the agent"),
    /**
     * A process that stands ready to observe this one from outside. Where no source works in here, it may trace this
     * process, and the agent goes again: the process attaches it anew, with a trace to be read.
     */
    TRACER("tracer", "PID", "", null),
    /** For tests: a kernel that has the ioctls can be made to show what an older one does. */
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

    /** The values it takes, as people read it. */
    public String form() {
        return values;
    }

    /** Its value where none is given; empty if there is none. */
    public String standard() {
        return standard;
    }

    /** Whether people are told of it. */
    boolean isShown() {
        return meaning != null;
    }

    /** What it does; null for one that is not shown. */
    public String meaning() {
        return meaning;
    }

    /** All options, a line each. */
    public static String help() {
        return "-javaagent:clonetrace.jar[=OPTION=VALUE,...]\n" + table();
    }

    /** The same without the line above them. */
    public static String table() {
        return Arrays.stream(values())
                .filter(AgentOption::isShown)
                .map(AgentOption::helpLine)
                .collect(Collectors.joining());
    }

    /**
     * Reads what -javaagent: is given, as the agent will.
     *
     * @throws IllegalArgumentException naming the option that is wrong and what is valid
     */
    public static void check(String options) {
        AgentOptions.parse(options);
    }

    /** The options' names, as a message lists them. */
    static String names() {
        return Arrays.stream(values())
                .filter(AgentOption::isShown)
                .map(AgentOption::key)
                .collect(Collectors.joining(", "));
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
