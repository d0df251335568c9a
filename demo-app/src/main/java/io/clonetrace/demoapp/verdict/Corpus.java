package io.clonetrace.demoapp.verdict;

import static io.clonetrace.demoapp.verdict.Labelled.healthy;
import static io.clonetrace.demoapp.verdict.Labelled.outage;

import io.clonetrace.demoapp.verdict.Labelled.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Runs one program of the corpus: {@code NAME SECONDS}. When its time is over, the JVM exits; one that is observed only
 * later prints {@code ready} instead, and stays until the standard input is closed. {@code --list} prints all, a line
 * each: name, outage or healthy, mode, what is to be blamed, description.
 */
public final class Corpus {
    private static final List<Labelled> ALL = List.of(
            outage(
                    "threads-at-once",
                    "Overload.ThousandsAtOnce",
                    "3,001 threads at once",
                    new Overload.ThousandsAtOnce()),
            outage("cached-pool", "Overload.SlowBackend", "a cached pool, backend slow", new Overload.SlowBackend()),
            outage(
                    "cached-pool-full",
                    "Overload.HungBackend",
                    "420 threads of a cached pool",
                    new Overload.HungBackend()),
            outage(
                    "connections-open",
                    "Overload.OpenConnections",
                    "connections never closed",
                    new Overload.OpenConnections()),
            outage("churn", "Overload.ThreadPerRequest", "a thread a request", new Overload.ThreadPerRequest()),
            outage(
                    "churn-executor",
                    "Overload.ExecutorPerRequest",
                    "an executor a request, shut down",
                    new Overload.ExecutorPerRequest()),
            outage("deep-stack", "Overload.DeepRecursion", "a stack used to its end", new Overload.DeepRecursion()),
            outage("leak-slow", "Leaks.Sessions", "a thread in 250 ms", new Leaks.Sessions()),
            outage("leak-late", "Leaks.SwitchedOn", "a leak that begins half-way", new Leaks.SwitchedOn()),
            outage("leak-stopped", "Leaks.StoppedEarly", "71 threads, then no more", new Leaks.StoppedEarly()),
            outage("leak-some", "Leaks.StuckRequests", "one request in twelve hangs", new Leaks.StuckRequests()),
            outage("leak-bundles", "Leaks.Bundles", "ten threads a second, together", new Leaks.Bundles()),
            outage("leak-named", "Leaks.Tenants", "a thread a tenant, names differ", new Leaks.Tenants()),
            outage("leak-by-workers", "Leaks.FromAPool", "threads of a pool leak threads", new Leaks.FromAPool()),
            outage("leak-shared", "Leaks.SharedStarter.Mails", "one of two callers leaks", new Leaks.SharedStarter()),
            outage("limit-soon", "Leaks.OneASecond", "four threads in 3 s, limit 2,000", new Leaks.OneASecond())
                    .in(Mode.LIMITED),
            outage("limit-reached", "Leaks.UntilRefused", "starts fail at a limit", new Leaks.UntilRefused())
                    .in(Mode.FULL),
            outage(
                    "pool-per-call",
                    "ForgottenExecutors.PoolPerRequest",
                    "a fixed pool a request",
                    new ForgottenExecutors.PoolPerRequest()),
            outage(
                    "executor-in-field",
                    "ForgottenExecutors.ExecutorInAField",
                    "an executor an object",
                    new ForgottenExecutors.ExecutorInAField()),
            outage(
                    "timer-per-call",
                    "ForgottenExecutors.TimerPerCall",
                    "a Timer a call",
                    new ForgottenExecutors.TimerPerCall()),
            outage(
                    "timers-stopped",
                    "ForgottenExecutors.TimersStopped",
                    "timers, then no more",
                    new ForgottenExecutors.TimersStopped()),
            outage(
                    "scheduler-per-call",
                    "ForgottenExecutors.SchedulerPerCall",
                    "a scheduler a call",
                    new ForgottenExecutors.SchedulerPerCall()),
            outage(
                    "fork-join-per-call",
                    "ForgottenExecutors.ForkJoinPoolPerCall",
                    "a ForkJoinPool a call",
                    new ForgottenExecutors.ForkJoinPoolPerCall()),
            outage(
                    "http-per-call",
                    "ForgottenExecutors.HttpClientPerCall",
                    "an HttpClient a tenant",
                    new ForgottenExecutors.HttpClientPerCall()),
            outage(
                    "watch-service",
                    "ForgottenExecutors.WatchServicePerFile",
                    "a WatchService a file",
                    new ForgottenExecutors.WatchServicePerFile()),
            outage(
                    "executor-one-name",
                    "ForgottenExecutors.NamedByFactory",
                    "executors, threads of one name",
                    new ForgottenExecutors.NamedByFactory()),
            outage(
                    "executor-collected",
                    "ForgottenExecutors.LeftToTheCollector",
                    "executors that only the collector ends",
                    new ForgottenExecutors.LeftToTheCollector()),
            outage(
                    "redeploy",
                    "Redeploys.(Application|Deployments)",
                    "three class loaders, threads of each",
                    new Redeploys.Deployments()),
            outage(
                    "waves-named",
                    "Redeploys.Reconfigured",
                    "two waves of the same names",
                    new Redeploys.Reconfigured()),
            outage("waves-unnamed", "Redeploys.Reconnected", "two waves without names", new Redeploys.Reconnected()),
            outage("waves-of-pools", "Redeploys.PoolsReloaded", "a pool a reload", new Redeploys.PoolsReloaded()),
            outage("late-leak", "Thread-[*]", "leaked before the attach", new BeforeAttach.Leaked())
                    .in(Mode.LATE),
            outage("late-pools", "pool-[*]-thread", "executors before the attach", new BeforeAttach.ForgottenPools())
                    .in(Mode.LATE),
            outage("late-one-name", "session-reaper", "one name, before the attach", new BeforeAttach.SameName())
                    .in(Mode.LATE),
            outage("late-exploded", "pool-[*]-thread", "700 threads before the attach", new BeforeAttach.Exploded())
                    .in(Mode.LATE),
            outage(
                            "late-goes-on",
                            "BeforeAttach.GoesOn",
                            "a leak before and after the attach",
                            new BeforeAttach.GoesOn())
                    .in(Mode.LATE),
            healthy("late-full-pools", "four pools, full before the attach", new BeforeAttach.FullPools())
                    .in(Mode.LATE),
            healthy("late-slow-pool", "a pool that was filled slowly", new BeforeAttach.SlowlyFilledPool())
                    .in(Mode.LATE),
            healthy("fixed-pool", "64 threads", new Pools.Fixed()),
            healthy("slow-pool", "32 threads, one by one", new Pools.SlowlyFilled()),
            healthy("server-pool", "grows to 150 and stays", new Pools.Server()),
            healthy("handmade-pool", "48 threads by hand", new Pools.Handmade()),
            healthy("second-pool", "another pool later, which stays", new Pools.SecondPool()),
            healthy("scheduled-pool", "24 threads", new Pools.Scheduled()),
            healthy("elastic-pool", "idle threads time out and come back", new Pools.Elastic()),
            healthy("cached-pool-steady", "35 threads used again and again", new Pools.Cached()),
            healthy("pool-per-batch", "pools shut down after use", new Pools.PoolPerBatch()),
            healthy("pool-per-request", "small pools shut down after use", new Pools.PoolPerRequest()),
            healthy("parallel-streams", "the common pool", new Pools.ParallelStreams()),
            healthy("futures", "CompletableFuture, 30 threads", new Pools.Futures()),
            healthy("many-parts", "six pools of eight", new Pools.ManyParts()),
            healthy("batch", "500 threads, joined", new Threads.Batch()),
            healthy("batches", "30 threads again and again", new Threads.Batches()),
            healthy("connections", "short ones, a steady level", new Threads.Connections()),
            healthy("connections-long", "long ones, a steady level", new Threads.LongConnections()),
            healthy("http-client", "one for all calls", new Threads.OneHttpClient()),
            healthy("timer", "one for all tasks", new Threads.OneTimer()),
            healthy("startup", "eight threads one by one", new Threads.Startup()),
            healthy("virtual", "100,000 virtual threads", new Threads.Virtual()).in(Mode.VIRTUAL));

    private Corpus() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("--list")) {
            ALL.forEach(one -> System.out.println(one.line()));
            return;
        }
        if (arguments.length != 2) {
            throw new IllegalArgumentException("usage: Corpus --list | NAME SECONDS");
        }
        run(named(arguments[0]), Double.parseDouble(arguments[1]));
        System.exit(0);
    }

    private static void run(Labelled one, double seconds) throws Exception {
        Span span = new Span(seconds);
        one.program().run(span);
        if (one.mode() == Mode.LATE) {
            stay();
        } else {
            span.await(1);
        }
    }

    private static void stay() throws IOException {
        System.out.println("ready");
        System.in.transferTo(OutputStream.nullOutputStream());
    }

    static Labelled named(String name) {
        return ALL.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no program is named '" + name + "'; see --list"));
    }

    static List<Labelled> all() {
        return ALL;
    }
}
