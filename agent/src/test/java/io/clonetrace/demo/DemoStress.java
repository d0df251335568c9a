package io.clonetrace.demo;

import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * A program: runs the demo many times while other threads do what makes HotSpot use signals, and says what is left of
 * it. Arguments: rounds to warm up, rounds. Its exit status is 0 if nothing is left.
 */
public final class DemoStress {
    /** The kernel's name of the demo's thread, which the tasks that it makes inherit. */
    private static final String DEMO_COMM = "demo-stress";

    private static final long BARE_STACK = 65_536;
    private static final long BARE_GUARD = MappedPages.pageSize();

    private volatile boolean stop;
    private volatile Object sink;
    private volatile String nothing;
    private long loads;

    private DemoStress() {}

    public static void main(String[] arguments) throws Exception {
        DemoStress stress = new DemoStress();
        stress.run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    }

    private void run(int warmUp, int rounds) throws Exception {
        long ownBefore = likeTheDemos(mappings());
        int mappingsBefore;
        FutureTask<Integer> demo = new FutureTask<>(() -> {
            demos(warmUp);
            int mappings = mappings().size();
            demos(rounds);
            return mappings;
        });
        List<Thread> load = List.of(
                new Thread(this::allocate, "allocate"),
                new Thread(this::throwNullPointers, "null-pointers"),
                new Thread(this::startThreads, "start-threads"));
        load.forEach(Thread::start);
        // From outside, so that the kernel chooses the thread that gets the signal.
        Process dumps = new ProcessBuilder("sh", "-c", "while kill -QUIT $PPID; do sleep 0.2; done")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread thread = new Thread(demo, DEMO_COMM);
        thread.start();
        try {
            mappingsBefore = demo.get();
        } finally {
            stop = true;
            dumps.destroyForcibly().waitFor();
        }
        for (Thread loading : load) {
            loading.join();
        }
        thread.join();
        System.exit(clean(rounds, mappingsBefore, ownBefore) ? 0 : 1);
    }

    private void demos(int rounds) throws Exception {
        CloneWatcher unwatched = new CorrelatorWatcher(Optional::empty, Duration.ZERO, () -> 0);
        for (int round = 0; round < rounds; round++) {
            for (Comparison comparison : new CloneDemo(unwatched).run()) {
                boolean tooOld = comparison.how().equals("virtual thread")
                        && Runtime.version().feature() < 21;
                if (comparison.outcome() instanceof Outcome.Refused && !tooOld) {
                    throw new AssertionError("round " + round + ": " + comparison);
                }
            }
        }
    }

    private boolean clean(int rounds, int mappingsBefore, long ownBefore) throws Exception {
        // A Java thread is joined a moment before its task is gone.
        boolean noTask = LiveTask.await(() -> tasksOfTheDemo() == 0);
        long processes = ProcessHandle.current().children().count();
        List<String> mappings = mappings();
        long own = likeTheDemos(mappings) - ownBefore;
        System.err.println("rounds=" + rounds + " tasksLeft=" + tasksOfTheDemo() + " processesLeft=" + processes
                + " mappingsLeft=" + own + " mappings=" + mappingsBefore + "->" + mappings.size() + " loads=" + loads);
        return noTask && processes == 0 && own == 0 && mappings.size() - mappingsBefore < rounds / 10;
    }

    private static long tasksOfTheDemo() {
        TaskList tasks = TaskList.ofSelf();
        try {
            return IntStream.of(tasks.tids())
                    .mapToObj(tasks::comm)
                    .filter(Optional.of(DEMO_COMM)::equals)
                    .count();
        } catch (IOException noProc) {
            throw new UncheckedIOException(noProc);
        }
    }

    /** Mappings such as only the demo makes: pages shared with children, read-only code, and its stacks. */
    static long likeTheDemos(List<String> maps) {
        long pages = maps.stream()
                .filter(line -> line.contains(" rw-s ") && line.contains("/dev/zero")
                        || line.contains(" r-xp 00000000 00:00 0") && !line.contains("["))
                .count();
        long stacks = IntStream.range(1, maps.size())
                .filter(i -> maps.get(i).contains(" rw-p 00000000 00:00 0") && length(maps.get(i)) == BARE_STACK)
                .filter(i -> maps.get(i - 1).contains(" ---p ") && length(maps.get(i - 1)) == BARE_GUARD)
                .count();
        return pages + stacks;
    }

    static List<String> mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps"));
    }

    private static long length(String line) {
        int dash = line.indexOf('-');
        return Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16)
                - Long.parseUnsignedLong(line.substring(0, dash), 16);
    }

    private void allocate() {
        while (!stop) {
            byte[][] garbage = new byte[64][];
            for (int i = 0; i < garbage.length; i++) {
                garbage[i] = new byte[10_000];
            }
            sink = garbage;
        }
    }

    /** Each is a SIGSEGV, once this is compiled. */
    private void throwNullPointers() {
        while (!stop) {
            try {
                loads += nothing.length();
            } catch (NullPointerException expected) {
                loads++;
            }
        }
    }

    private void startThreads() {
        while (!stop) {
            Thread thread = new Thread(() -> sink = new byte[100]);
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            }
        }
    }
}
