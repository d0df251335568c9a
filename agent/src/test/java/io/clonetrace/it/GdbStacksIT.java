package io.clonetrace.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.it.host.NativeCreators;
import io.clonetrace.it.process.Artifacts;
import io.clonetrace.it.process.Commands;
import io.clonetrace.it.process.Jdk;
import io.clonetrace.it.process.OrdinaryUser;
import io.clonetrace.it.process.Restricted;
import io.clonetrace.it.process.Run;
import io.clonetrace.it.truth.GdbStacks;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.StraceParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The native stacks that {@code clonetrace trace --stacks} prints equal gdb's, frame by frame. Other libraries than
 * these small ones: docs/native-stacks.md.
 */
class GdbStacksIT {
    private static final int AT_LOAD = 3;
    private static final List<String> ACTS = List.of("jni:3", "jna:2", "std:5", "load:" + AT_LOAD);
    private static final int THREADS = 13;
    private static final String LINES = "app.trace";
    private static final long CHECK_NANOS = 5_000_000;

    static Stream<Object[]> jdksAndSources() {
        return Jdk.underTest().flatMap(jdk -> Stream.of(new Object[] {jdk, "ebpf"}, new Object[] {jdk, "ptrace"}));
    }

    @BeforeAll
    static void needsGdb() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "gdb's script knows x86-64's system calls");
        assumeTrue(GdbStacks.isInstalled(), "gdb with Python is not installed");
        assumeTrue(OrdinaryUser.isRoot(), "the tests do not run as root");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("jdksAndSources")
    void stacksEqualGdbs(Jdk jdk, String source) throws Exception {
        Path folder = Artifacts.folder("gdb-stacks-" + source + "-" + jdk);
        List<String> java = application(folder, jdk);
        List<GdbStacks.Call> truth;
        Path lines = folder.resolve(LINES);
        if (source.equals("ptrace")) {
            // A process has one tracer, so gdb sees another run of the same program.
            truth = run(folder, "gdb-app", java, null);
            run(folder, "app", java, trace(jdk, source, lines));
        } else {
            truth = run(folder, "app", java, trace(jdk, source, lines));
        }
        truth = truth.stream()
                .filter(call -> isOfLibraries(String.join(" ", call.frames())))
                .toList();
        assertEquals(THREADS, truth.size(), "threads of the libraries, by gdb");
        List<NativeStack> stacks = stacks(lines);
        assertEquals(THREADS, stacks.size(), "threads of the libraries");
        for (int i = 0; i < THREADS; i++) {
            NativeStack stack = stacks.get(i);
            assertEquals(NativeStack.End.JAVA, stack.end(), stack::reason);
            GdbStacks.assertSame(
                    truth.get(i), stack.frames().stream().map(NativeFrame::text).toList(), true);
        }
    }

    private static boolean isOfLibraries(String frames) {
        return frames.contains("libcreators") || frames.contains("libconstructor");
    }

    /** Runs the application under the tracer, if there is one, and gdb, if it can be with that tracer; gdb's calls. */
    private static List<GdbStacks.Call> run(Path folder, String name, List<String> java, List<String> tracer)
            throws Exception {
        try (Run app = Run.start(folder, name, java)) {
            awaitLine(app, "READY ");
            List<String> command = new ArrayList<>(tracer == null ? List.of() : tracer);
            Run trace = null;
            Path lines = folder.resolve(LINES);
            if (tracer != null) {
                command.add("" + app.process().pid());
                trace = Run.start(folder, name + "-trace", command);
                while (trace.process().isAlive() && !isObserved(app.process().pid(), lines, tracer)) {
                    LockSupport.parkNanos(CHECK_NANOS);
                }
            }
            GdbStacks gdb = tracer == null || tracer.contains("ebpf")
                    ? GdbStacks.attach(folder, app.process().pid())
                    : null;
            try (var input = app.process().outputWriter()) {
                for (String act : ACTS) {
                    input.write("\n");
                    input.flush();
                    awaitLine(app, "DONE " + act);
                }
                // A process that has ended has no mappings that could be read.
                while (trace != null
                        && trace.process().isAlive()
                        && stacks(lines).size() < THREADS) {
                    LockSupport.parkNanos(CHECK_NANOS);
                }
            }
            assertEquals(0, app.exitStatus(), app.stderr());
            if (trace != null) {
                assertEquals(0, trace.exitStatus(), trace.stderr());
            }
            if (gdb == null) {
                return List.of();
            }
            gdb.awaitEnd();
            return gdb.calls();
        }
    }

    /** ebpf observes once it writes; ptrace, which writes first, once it traces all threads. */
    private static boolean isObserved(long pid, Path lines, List<String> tracer) throws IOException {
        if (!tracer.contains("ptrace")) {
            return Files.exists(lines) && Files.size(lines) > 0;
        }
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("status")).contains("TracerPid:\t0\n")) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void awaitLine(Run app, String line) throws IOException {
        long end = System.nanoTime() + Run.DEADLINE_NANOS;
        while (!app.stdout().contains(line)) {
            assertTrue(app.process().isAlive() && System.nanoTime() - end < 0, line + app.stdout() + app.stderr());
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    private static List<String> trace(Jdk jdk, String source, Path lines) {
        List<String> command = Commands.clonetrace(jdk, "trace");
        command.addAll(List.of("--stacks", "--source", source, "-o", lines.toString(), "-p"));
        return command;
    }

    /** The stacks of the libraries' threads, in the order of the trace. */
    private static List<NativeStack> stacks(Path lines) throws IOException {
        List<CloneCall> calls = new ArrayList<>();
        StraceParser parser = new StraceParser(
                new CloneSink() {
                    @Override
                    public void cloned(CloneCall call) {
                        calls.add(call);
                    }

                    @Override
                    public void exited(int tid) {}
                },
                CloneCall.UNKNOWN,
                ZonedDateTime::now);
        byte[] bytes = Files.readAllBytes(lines);
        parser.feed(bytes, 0, bytes.length);
        parser.end();
        return calls.stream()
                .filter(call -> call.origin() != null)
                .flatMap(call -> call.origin().stack().stream())
                .filter(stack -> isOfLibraries(stack.frames().toString()))
                .toList();
    }

    /** The application's command line; makes its libraries. */
    private static List<String> application(Path folder, Jdk jdk) throws Exception {
        Path libraries = Files.createDirectories(folder.resolve("libraries"));
        List<String> options = List.of(
                "-O2",
                "-fomit-frame-pointer",
                "-fPIC",
                "-shared",
                "-pthread",
                "-I" + jdk.home().resolve("include"),
                "-I" + jdk.home().resolve("include/linux"));
        Restricted.compiled(libraries.resolve("libcreators.so"), "creators.c", options.toArray(String[]::new));
        Restricted.compiled(
                libraries.resolve("libconstructor.so"),
                "creators.c",
                Stream.concat(options.stream(), Stream.of("-DCONSTRUCTOR=" + AT_LOAD))
                        .toArray(String[]::new));
        Restricted.compiled(
                libraries.resolve("libcreatorsxx.so"),
                "creators.cpp",
                Stream.concat(options.stream(), Stream.of("-Wl,--no-as-needed", "-lstdc++"))
                        .toArray(String[]::new));
        // JNA deletes the library that it unpacks, so that gdb would find no call frame information.
        Path jna = unpacked(libraries);
        List<String> command = new ArrayList<>(List.of(
                jdk.tool("java"),
                "-Djna.nounpack=true",
                "-Djna.boot.library.path=" + jna,
                "-cp",
                Artifacts.TEST_CLASSES + ":" + Artifacts.HOST_LIBRARIES + "/*",
                NativeCreators.class.getName(),
                libraries.toString()));
        command.addAll(ACTS);
        return command;
    }

    private static Path unpacked(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(Artifacts.HOST_LIBRARIES)) {
            Path jar = jars.filter(file -> file.getFileName().toString().matches("jna-\\d.*\\.jar"))
                    .findFirst()
                    .orElseThrow();
            try (JarFile file = new JarFile(jar.toFile())) {
                JarEntry library = file.getJarEntry("com/sun/jna/linux-x86-64/libjnidispatch.so");
                Files.copy(file.getInputStream(library), folder.resolve("libjnidispatch.so"));
            }
        }
        return folder;
    }
}
