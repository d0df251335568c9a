package io.clonetrace.it.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The frames of each task of a process that makes another one, by gdb, which stops it as it enters the system call. The
 * names of the functions are binutils': readelf's symbols and c++filt.
 */
public final class GdbStacks implements AutoCloseable {
    private static final long PAUSE_NANOS = 20_000_000;

    private static final Map<String, Module> MODULES = new ConcurrentHashMap<>();

    private final Run gdb;

    private GdbStacks(Run gdb) {
        this.gdb = gdb;
    }

    /** Whether gdb can be used here: it has Python. */
    public static boolean isInstalled() {
        return output("gdb", "--nx", "--batch", "-ex", "python print('has python')")
                .contains("has python");
    }

    /** Attaches to a process; on return every call will be seen. */
    public static GdbStacks attach(Path folder, long pid) throws IOException {
        Run run = Run.start(
                folder,
                "gdb",
                List.of(
                        "gdb",
                        "--nx",
                        "--batch",
                        "-p",
                        "" + pid,
                        "-x",
                        Artifacts.TEST_CLASSES.resolve("gdb/clones.py").toString()));
        long end = System.nanoTime() + Run.DEADLINE_NANOS;
        while (!run.stdout().contains("CATCHING")) {
            assertTrue(
                    run.process().isAlive() && System.nanoTime() - end < 0,
                    "gdb did not attach: " + run.stdout() + run.stderr());
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return new GdbStacks(run);
    }

    /**
     * A call of clone or clone3.
     *
     * @param frames innermost first: path and place in the file, or an address
     */
    public record Call(int tid, List<String> frames) {}

    /** What gdb has seen by now. */
    public List<Call> calls() throws IOException {
        return calls(gdb.stdout());
    }

    public static List<Call> calls(String output) {
        return output.lines()
                .filter(line -> line.startsWith("TRUTH "))
                .map(line -> line.split(" "))
                .map(words -> new Call(Integer.parseInt(words[1]), List.of(Arrays.copyOfRange(words, 2, words.length))))
                .toList();
    }

    /** Waits until the process has ended, and gdb with it. */
    public void awaitEnd() throws InterruptedException {
        gdb.exitStatus();
    }

    /**
     * Compares frames with gdb's.
     *
     * @param frames as {@link io.clonetrace.clone.NativeFrame#text}
     * @param java whether they end at Java code, beyond which gdb's are no use
     */
    public static void assertSame(Call truth, List<String> frames, boolean java) {
        String both = "\ngdb: " + String.join("\n     ", truth.frames()) + "\nours: " + String.join("\n      ", frames);
        for (int i = 0; i < frames.size(); i++) {
            assertTrue(i < truth.frames().size(), "frames that gdb doesn't have" + both);
            Set<String> texts = texts(truth.frames().get(i), i == 0);
            assertTrue(texts.contains(frames.get(i)), "frame " + i + ": " + frames.get(i) + ", not " + texts + both);
        }
        if (java) {
            assertTrue(frames.size() < truth.frames().size(), "no Java frame" + both);
            String next = truth.frames().get(frames.size());
            assertTrue(next.startsWith("0x"), next + " is no Java frame" + both);
        } else {
            assertEquals(truth.frames().size(), frames.size(), both);
        }
    }

    /** How a frame may be written: the symbols at one place are equally good. */
    private static Set<String> texts(String frame, boolean innermost) {
        int plus = frame.lastIndexOf("+0x");
        if (frame.startsWith("0x") || plus < 0) {
            return Set.of();
        }
        String path = frame.substring(0, plus);
        return MODULES.computeIfAbsent(path, Module::read)
                .texts(Long.parseLong(frame.substring(plus + 3), 16), innermost);
    }

    private record Segment(long offset, long address, long size) {}

    private record Symbol(long address, long size, String name) {}

    private record Module(String library, List<Segment> segments, List<Symbol> symbols) {
        static Module read(String path) {
            List<Segment> segments = new ArrayList<>();
            for (String line : output("readelf", "-lW", path).lines().toList()) {
                String[] words = line.strip().split(" +");
                if (words[0].equals("LOAD")) {
                    segments.add(new Segment(Long.decode(words[1]), Long.decode(words[2]), Long.decode(words[4])));
                }
            }
            List<Symbol> symbols = new ArrayList<>();
            for (String line : output("readelf", "-sW", path).lines().toList()) {
                String[] words = line.strip().split(" +");
                if (words.length > 7
                        && (words[3].equals("FUNC") || words[3].equals("IFUNC"))
                        && !words[6].equals("UND")) {
                    String name = words[7].replaceFirst("@.*", "");
                    symbols.add(new Symbol(Long.parseUnsignedLong(words[1], 16), Long.decode(words[2]), name));
                }
            }
            return new Module(path.substring(path.lastIndexOf('/') + 1), segments, symbols);
        }

        Set<String> texts(long place, boolean innermost) {
            long address = segments.stream()
                    .filter(segment -> place >= segment.offset && place < segment.offset + segment.size)
                    .mapToLong(segment -> place - segment.offset + segment.address)
                    .findFirst()
                    .orElseThrow();
            // A call may be its function's last instruction, so that the return address belongs to the next one.
            long within = innermost ? address : address - 1;
            Set<String> texts = new LinkedHashSet<>();
            for (Symbol symbol : symbols) {
                if (within >= symbol.address && within < symbol.address + symbol.size) {
                    String name = output("c++filt", "-p", "-i", symbol.name).strip();
                    texts.add(library + "!" + name + "+0x" + Long.toHexString(address - symbol.address));
                }
            }
            return texts.isEmpty() ? Set.of(library + "+0x" + Long.toHexString(address)) : texts;
        }
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes());
        } catch (IOException notInstalled) {
            return "";
        }
    }

    @Override
    public void close() {
        gdb.close();
    }
}
