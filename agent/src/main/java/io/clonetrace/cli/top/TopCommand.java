package io.clonetrace.cli.top;

import io.clonetrace.cli.output.TerminalLayout;
import io.clonetrace.cli.output.TerminalLine;
import io.clonetrace.cli.target.JvmName;
import io.clonetrace.cli.target.ProgramJar;
import io.clonetrace.cli.target.Waiting;
import io.clonetrace.live.LiveSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clonetrace top}. */
@Command(
        name = "top",
        description = {
            "Shows a running JVM as it is now: limits on threads and when they are reached, threads by kind, and which"
                    + " code creates them, how many a second, how many are alive. Without PID, lists the JVMs to choose"
                    + " one from.",
            "Attaches the agent if it is not there, and starts a small flight recording; takes both away at the end,"
                    + " the agent only if it brought it. Threads that are running already have no creator; threads"
                    + " that are created from now on do."
        },
        mixinStandardHelpOptions = true)
public final class TopCommand implements Callable<Integer> {
    private static final Duration SHORTEST = Duration.ofMillis(200);
    private static final long KEY_MILLIS = 100;
    private static final long LIST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long WITHDRAWAL_SECONDS = 10;
    private static final long FOREVER = Long.MAX_VALUE / 4;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile TerminalScreen screen;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "PID",
            description = "the JVM: its pid, or the name of its jar or main class")
    private String target;

    @Mixin
    private TopOptions options;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (options.interval.compareTo(SHORTEST) < 0) {
            throw new ParameterException(spec.commandLine(), "--interval takes 200ms or more");
        }
        if (options.rows < 1) {
            throw new ParameterException(spec.commandLine(), "--rows takes 1 or more");
        }
        boolean onScreen = !options.batch && !options.json && TerminalScreen.isPossible();
        if (target == null && !onScreen) {
            throw new ParameterException(
                    spec.commandLine(), "which JVM? Name its pid or its jar; clonetrace list lists them");
        }
        Thread hook = new Thread(this::stop);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return onScreen ? onScreen() : inBlocks();
        } finally {
            done.countDown();
        }
    }

    /** SIGTERM, SIGHUP, or Ctrl-C without a screen: gives the command's thread time to leave the JVM as it was. */
    private void stop() {
        stopping = true;
        try {
            TerminalScreen open = screen;
            if (open != null) {
                open.close();
            }
            done.await(WITHDRAWAL_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException ends) {
            // The process ends in any case.
        }
    }

    private FollowedJvm open(int pid) throws IOException {
        TerminalLine line = TerminalLine.onTerminal(spec.commandLine().getErr());
        Waiting waiting = seconds -> line.show("JVM " + pid + " loads the agent: " + seconds + " s");
        try (line) {
            return FollowedJvm.open(
                    pid,
                    options.noAttach ? null : ProgramJar.path(),
                    spec.commandLine().getErr(),
                    waiting);
        }
    }

    private long deadline() {
        return System.nanoTime() + (options.duration == null ? FOREVER : options.duration.toNanos());
    }

    private int inBlocks() throws IOException, InterruptedException {
        int width = TerminalLayout.ofStdout(TerminalLayout.Colour.never).columns();
        BlockPrinter printer = new BlockPrinter(spec.commandLine().getOut(), options, width);
        try (FollowedJvm jvm = open(JvmName.pid(target));
                Sampler sampler = new Sampler(jvm, options.interval)) {
            long deadline = deadline();
            while (!stopping && deadline - System.nanoTime() > 0) {
                LiveSnapshot snapshot = sampler.await(TimeUnit.MILLISECONDS.toNanos(KEY_MILLIS));
                if (snapshot != null) {
                    printer.print(jvm.program(), jvm.pid(), snapshot);
                } else if (sampler.ended() != null) {
                    spec.commandLine().getErr().println("clonetrace: " + sampler.ended());
                    break;
                }
                if (spec.commandLine().getOut().checkError()) {
                    break;
                }
            }
        }
        return 0;
    }

    private int onScreen() throws IOException, InterruptedException {
        boolean colour = TerminalLayout.ofStdout(options.colour).colour();
        OptionalInt pid = target == null ? choose(colour) : OptionalInt.of(JvmName.pid(target));
        if (pid.isEmpty()) {
            return 0;
        }
        try (FollowedJvm jvm = open(pid.getAsInt());
                Sampler sampler = new Sampler(jvm, options.interval)) {
            LiveSnapshot first = null;
            while (first == null && sampler.ended() == null && !stopping) {
                first = sampler.await(TimeUnit.MILLISECONDS.toNanos(KEY_MILLIS));
            }
            if (first == null) {
                if (sampler.ended() == null) {
                    return 0;
                }
                throw new IOException(sampler.ended());
            }
            TopScreen top =
                    new TopScreen(jvm.program(), jvm.pid(), new RowsPage(options.by, options.order, options.filter));
            top.update(first);
            show(top, sampler, colour);
        }
        return 0;
    }

    private void show(TopScreen top, Sampler sampler, boolean colour) throws IOException {
        long deadline = deadline();
        try (TerminalScreen terminal = TerminalScreen.open(colour)) {
            screen = terminal;
            boolean goesOn = true;
            while (goesOn && !stopping && deadline - System.nanoTime() > 0) {
                Canvas canvas = terminal.canvas();
                terminal.draw(canvas, top.draw(canvas));
                Optional<Key> key = terminal.read(KEY_MILLIS);
                goesOn = key.isEmpty() || top.key(key.get());
                LiveSnapshot snapshot = sampler.poll();
                if (snapshot != null) {
                    top.update(snapshot);
                } else if (sampler.ended() != null) {
                    top.ended(sampler.ended());
                }
            }
        } finally {
            screen = null;
        }
    }

    private OptionalInt choose(boolean colour) throws IOException {
        JvmsPage page = new JvmsPage();
        try (TerminalScreen terminal = TerminalScreen.open(colour)) {
            screen = terminal;
            long due = System.nanoTime();
            while (!stopping) {
                if (due - System.nanoTime() <= 0) {
                    page.update(RunningJvm.all());
                    due = System.nanoTime() + LIST_NANOS;
                }
                Canvas canvas = terminal.canvas();
                terminal.draw(canvas, page.draw(canvas));
                Optional<Key> key = terminal.read(KEY_MILLIS);
                if (key.isPresent()) {
                    if (key.get().is('q') || key.get().name() == Key.Name.INTERRUPT) {
                        break;
                    }
                    OptionalInt chosen = page.key(key.get());
                    if (chosen.isPresent()) {
                        return chosen;
                    }
                }
            }
        } finally {
            screen = null;
        }
        return OptionalInt.empty();
    }
}
