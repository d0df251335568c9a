package io.clonetrace.cli;

import io.clonetrace.cli.output.StackRow;
import io.clonetrace.cli.output.StackTable;
import io.clonetrace.cli.target.JvmName;
import io.clonetrace.cli.target.SupportedJvm;
import io.clonetrace.cli.target.TargetProcess;
import io.clonetrace.cli.target.ThreadBeginnings;
import io.clonetrace.cli.target.ThreadDump;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.StackSnapshot;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace stacks PID}. */
@Command(
        name = "stacks",
        description = "Shows the stack of each thread of a running process, and the functions in which its native"
                + " threads began, from outside, without an agent.",
        mixinStandardHelpOptions = true)
final class StacksCommand implements Callable<Integer> {
    /** What the rows can be sorted by. */
    enum Order {
        touched(Comparator.comparingLong(row -> -row.measure().touched())),
        reserved(Comparator.comparingLong(row -> -row.measure().reserved())),
        huge(Comparator.comparingLong(row -> -row.measure().huge())),
        depth(Comparator.comparingLong(row -> -row.measure().depth())),
        name(Comparator.comparing(StackRow::name)),
        tid(Comparator.comparingInt(row -> row.measure().tid()));

        private final Comparator<StackRow> rows;

        Order(Comparator<StackRow> rows) {
            this.rows = rows;
        }
    }

    private static final int LONGEST_REASON = 1000;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "PID",
            description =
                    "a process of this user, of any user for root: its pid, or the name of a JVM's jar or main class")
    private String target;

    private int pid;

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

    @Option(
            names = "--json",
            description = "an array of objects with the fields of clonetrace.ThreadStack, and startRoutine")
    private boolean json;

    /** For tests: imitates an older kernel, without the ioctls. */
    @Option(names = "--stack-reader", hidden = true, defaultValue = "auto")
    private StackReader reader;

    /** How stacks are measured. */
    enum StackReader {
        auto,
        ioctl,
        fallback
    }

    @Override
    public Integer call() throws IOException {
        if (top < 1) {
            throw new ParameterException(spec.commandLine(), "--top takes a number from 1 on, not " + top);
        }
        SupportedJvm.require();
        pid = JvmName.pid(target);
        TargetProcess process = TargetProcess.of(pid);
        Optional<Map<Integer, ThreadDump.Entry>> dump;
        String noDump = "";
        try {
            dump = Optional.of(ThreadDump.of(process));
        } catch (IOException unable) {
            dump = Optional.empty();
            noDump = unable.getMessage();
        }
        TaskList tasks = TaskList.of(process.procDir());
        Map<Integer, ThreadDump.Entry> named = named(process, dump, tasks);
        StackSnapshot snapshot = snapshot(process);
        ThreadBeginnings begun = ThreadBeginnings.of(process, tasks);
        List<StackRow> rows = new ArrayList<>();
        for (StackMeasure measure : measure(snapshot, tasks, named, begun)) {
            ThreadDump.Entry entry = named.get(measure.tid());
            String name = entry == null ? tasks.comm(measure.tid()).orElse("") : entry.name();
            String kind = dump.isEmpty() ? null : entry == null ? "native" : entry.id() < 0 ? "vm" : "java";
            String began = "java".equals(kind) ? null : begun.of(measure.tid());
            rows.add(new StackRow(name, entry == null ? -1 : entry.id(), kind, measure, began));
        }
        rows.sort(order.rows.thenComparing(Order.tid.rows));
        PrintWriter out = spec.commandLine().getOut();
        List<StackRow> shown = rows.subList(0, Math.min(top, rows.size()));
        if (json) {
            out.println(shown.stream().map(StackRow::json).collect(Collectors.joining(",\n ", "[", "]")));
        } else {
            new StackTable(out, process.rss()).print(shown, rows, snapshot.left());
        }
        if (begun.missing() != null) {
            spec.commandLine().getErr().println("clonetrace: start routines are not shown: " + begun.missing());
        }
        if (dump.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("clonetrace: " + PlainText.begin(noDump, LONGEST_REASON)
                            + "; the names are the kernel's, of 15 bytes at most");
        }
        return 0;
    }

    /** The JVM's thread dump, by the tids in this pid namespace. */
    private static Map<Integer, ThreadDump.Entry> named(
            TargetProcess process, Optional<Map<Integer, ThreadDump.Entry>> dump, TaskList tasks) throws IOException {
        Map<Integer, ThreadDump.Entry> named = new HashMap<>();
        if (dump.isEmpty()) {
            return named;
        }
        boolean otherTids = process.hasOtherTids();
        for (int tid : tasks.tids()) {
            ThreadDump.Entry entry = dump.get().get(otherTids ? process.tidInside(tid) : tid);
            if (entry != null) {
                named.put(tid, entry);
            }
        }
        return named;
    }

    private StackSnapshot snapshot(TargetProcess process) throws IOException {
        if (reader != StackReader.fallback) {
            try {
                return StackSnapshot.byIoctl(process.procDir());
            } catch (LinuxException | LinkageError older) {
                // A kernel without the ioctls, no native code, or no right to look at the process: smaps fails only for
                // the last.
                if (reader == StackReader.ioctl) {
                    throw new IOException("--stack-reader=ioctl: " + older.getMessage(), older);
                }
            }
        }
        return StackSnapshot.of(process.procDir());
    }

    private List<StackMeasure> measure(
            StackSnapshot snapshot, TaskList tasks, Map<Integer, ThreadDump.Entry> named, ThreadBeginnings glibc)
            throws IOException {
        List<StackMeasure> measures;
        try {
            measures = snapshot.measure(Arrays.stream(tasks.tids())
                    .mapToObj(tid -> glibc.toMeasure(
                            tid, named.containsKey(tid) ? named.get(tid).stackPointer() : 0))
                    .toList());
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
}
