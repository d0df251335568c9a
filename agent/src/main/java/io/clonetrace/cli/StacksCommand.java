package io.clonetrace.cli;

import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace stacks PID}. */
@Command(
        name = "stacks",
        description = "Shows the stack of each thread of a running process, from outside, without an agent.",
        mixinStandardHelpOptions = true)
final class StacksCommand implements Callable<Integer> {
    private static final long KILO = 1024;

    /** What the rows may be sorted by. */
    enum Order {
        touched(Comparator.comparingLong(row -> -row.measure().touched())),
        reserved(Comparator.comparingLong(row -> -row.measure().reserved())),
        huge(Comparator.comparingLong(row -> -row.measure().huge())),
        name(Comparator.comparing(StackRow::name)),
        tid(Comparator.comparingInt(row -> row.measure().tid()));

        private final Comparator<StackRow> rows;

        Order(Comparator<StackRow> rows) {
            this.rows = rows;
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PID", description = "a process of the same user; as root, any")
    private long pid;

    @Option(
            names = "--sort",
            paramLabel = "BY",
            defaultValue = "touched",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private Order order;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "2147483647",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "show the first N threads; the totals are of all")
    private int top;

    @Option(names = "--json", description = "an array of objects with the fields of clonetrace.ThreadStack")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Path procDir = Path.of("/proc/" + pid);
        if (!Files.isDirectory(procDir.resolve("task"))) {
            throw new IOException("no process " + pid);
        }
        Optional<Map<Integer, ThreadDump.Entry>> dump = ThreadDump.of(pid);
        TaskList tasks = TaskList.of(procDir);
        StackSnapshot snapshot = StackSnapshot.of(procDir);
        List<StackRow> rows = new ArrayList<>();
        for (StackMeasure measure : measure(snapshot, tasks)) {
            ThreadDump.Entry entry = dump.map(names -> names.get(measure.tid())).orElse(null);
            String name = entry == null ? tasks.comm(measure.tid()).orElse("") : entry.name();
            String kind = dump.isEmpty() ? null : entry == null ? "native" : entry.id() < 0 ? "vm" : "java";
            rows.add(new StackRow(name, entry == null ? -1 : entry.id(), kind, measure));
        }
        rows.sort(order.rows.thenComparing(Order.tid.rows));
        PrintWriter out = spec.commandLine().getOut();
        List<StackRow> shown = rows.subList(0, Math.min(Math.max(0, top), rows.size()));
        if (json) {
            out.println(shown.stream().map(StackRow::json).collect(Collectors.joining(",\n ", "[", "]")));
        } else {
            new StackTable(out, rss(procDir)).print(shown, rows, snapshot.left());
        }
        if (dump.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("clonetrace: no thread dump within a second: the names are the kernel's, of 15 letters");
        }
        return 0;
    }

    private List<StackMeasure> measure(StackSnapshot snapshot, TaskList tasks) throws IOException {
        List<StackMeasure> measures;
        try {
            measures = snapshot.measure(
                    Arrays.stream(tasks.tids()).mapToObj(ThreadToMeasure::of).toList());
        } catch (IOException unreadable) {
            throw new IOException(
                    "the stacks of " + pid + " can't be read: " + unreadable.getMessage()
                            + "; it has to be a live process of yours, or be root",
                    unreadable);
        }
        if (!measures.isEmpty() && measures.stream().allMatch(measure -> measure.base() == StackMeasure.UNKNOWN)) {
            throw new IOException("the stack pointers of " + pid + " can't be read (/proc/" + pid
                    + "/task/TID/syscall): kernel.yama.ptrace_scope may forbid it; run as root, or set it to 0");
        }
        return measures;
    }

    /** VmRSS of proc(5), in bytes; -1 if it can't be read. */
    private static long rss(Path procDir) throws IOException {
        return Files.readAllLines(procDir.resolve("status"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * KILO)
                .findFirst()
                .orElse(-1L);
    }
}
