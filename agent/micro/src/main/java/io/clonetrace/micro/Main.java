package io.clonetrace.micro;

import io.clonetrace.linux.Processor;
import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.ebpf.EbpfSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

/** Runs all benchmarks and prints one table: {@code CLONETRACE_JAR OUT_FOLDER smoke|quick|full}. */
public final class Main {
    private static final String NANOS = "ns";
    private static final String THREAD = "ThreadBenchmark.startAndJoin";

    private final Benchmarks benchmarks;
    private final Table table = new Table(System.out);

    private Main(Benchmarks benchmarks) {
        this.benchmarks = benchmarks;
    }

    public static void main(String[] arguments) throws RunnerException, IOException {
        Path out = Path.of(arguments[1]);
        Benchmarks.Depth depth = Benchmarks.Depth.valueOf(arguments[2].toUpperCase(Locale.ROOT));
        Main main = new Main(new Benchmarks(Path.of(arguments[0]), out.resolve("micro.jfr"), depth));
        main.table.head();
        main.hook();
        main.kernel();
        main.agentThread();
        main.threads();
        main.table.write(out.resolve("micro.json"));
    }

    private void hook() throws RunnerException {
        String start = "HookBenchmark.threadStart";
        String exit = "HookBenchmark.threadExit";
        String off = "source=none,stacks=off";
        table.add("hook of Thread.start, no recording", NANOS, benchmarks.withAgent(start, off));
        table.add("hook of Thread.start, with its event", NANOS, benchmarks.recordedByAgent(start, off));
        table.add("hook of a thread's end", NANOS, benchmarks.recordedByAgent(exit, off));
        table.add(
                "hook of a thread's end, its stack measured",
                NANOS,
                benchmarks.recordedByAgent("MeasureAtExitBenchmark.threadExit", "source=none,stacks=end"));
    }

    private void kernel() throws RunnerException {
        kernel("a call by JNA: getpid", "getpid");
        kernel("native side of a thread: 2 process_vm_readv", "nativeSideOfAThread");
        kernel("native side of the caller, in place", "nativeSideOfTheCaller");
        kernel("PROCMAP_QUERY, with the mapping's name", "procmapQuery");
        kernel("PROCMAP_QUERY, without it", "procmapQueryWithoutName");
        kernel("reading /proc/self/maps, unparsed", "readingMaps");
        kernel("PAGEMAP_SCAN of a stack", "pagemapScan");
        kernel("PAGEMAP_SCAN of a stack, in a place kept", "pagemapScanAgain");
    }

    private void kernel(String what, String benchmark) throws RunnerException {
        table.add(what, NANOS, benchmarks.plain("KernelBenchmark." + benchmark));
    }

    private void agentThread() throws RunnerException {
        String record = "eBPF ring to CloneCall";
        EbpfSource source = new EbpfSource((int) ProcessHandle.current().pid(), false);
        try {
            source.start();
            source.stop();
            List<RunResult> runs = benchmarks.plain("EbpfBenchmark.records");
            for (RunResult run : runs) {
                String capture = run.getParams().getParam("capture").replace(" ", ", ");
                table.add("eBPF ring to CloneCall: stacks " + capture, NANOS, List.of(run));
                table.addQuotient("  the program in the kernel, a task", NANOS, run, "nanos", "runs");
            }
        } catch (SourceRefusedException refused) {
            table.skip(record, refused.getMessage());
        }
        if (Processor.current().filter(Processor.X86_64::equals).isPresent()) {
            table.add("native stack unwound, a known chain", NANOS, benchmarks.plain("UnwindBenchmark.known"));
            table.add("native stack unwound, a process's first", NANOS, benchmarks.plain("UnwindBenchmark.first"));
        }
        table.add("the tracer's line of a clone, written", NANOS, benchmarks.plain("LineBenchmark.line"));
        table.add("strace parser", "lines/s", benchmarks.plain("ParserBenchmark.lines"));
        String[] joins = {"start and clone joined", "start and clone joined, with the event"};
        List<RunResult> runs = benchmarks.plain("CorrelatorBenchmark.join");
        for (int i = 0; i < joins.length; i++) {
            table.add(joins[i], NANOS, List.of(runs.get(i)));
        }
    }

    private void threads() throws RunnerException {
        String stacksOff = ",stacks=off";
        table.add("start + join of a thread", NANOS, benchmarks.plain(THREAD));
        table.add("  the agent, no recording", NANOS, benchmarks.withAgent(THREAD, "source=none" + stacksOff));
        table.add("  JFR alone", NANOS, benchmarks.withJfr(THREAD));
        for (String source : List.of("none", "ebpf", "ptrace")) {
            table.add(
                    "  the agent records, source=" + source,
                    NANOS,
                    benchmarks.recordedByAgent(THREAD, "source=" + source + stacksOff));
        }
    }
}
