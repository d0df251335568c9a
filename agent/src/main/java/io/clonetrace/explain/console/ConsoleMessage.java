package io.clonetrace.explain.console;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.TextLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message that says that a thread, a process or memory could not be had.
 *
 * @param needle what each such line contains; looked for before the pattern is tried
 * @param pattern found somewhere in the line
 */
record ConsoleMessage(String needle, Pattern pattern, BiFunction<Matcher, TextLine, Failure> failure) {
    private static final long KILO = 1024;
    private static final long SMALLEST_GUARD = 12 * KILO;
    private static final long LARGEST_GUARD = 16 * KILO;

    /** strerror(3) of glibc and musl, by which programs print the errno. */
    private static final Map<String, String> ERRORS = Map.of(
            "Resource temporarily unavailable", "EAGAIN",
            "Operation not permitted", "EPERM",
            "Cannot allocate memory", "ENOMEM",
            "Not enough space", "ENOMEM",
            "Out of memory", "ENOMEM",
            "Function not implemented", "ENOSYS",
            "Invalid argument", "EINVAL");

    private static final Map<String, String> NUMBERS =
            Map.of("1", "EPERM", "11", "EAGAIN", "12", "ENOMEM", "22", "EINVAL", "38", "ENOSYS");

    private static final String ERROR = "(?<error>[A-Z][a-z]+(?: [a-z]+){1,3})";

    private static final List<ConsoleMessage> ALL = List.of(
            // HotSpot, os::create_thread of os_linux.cpp. JDK 11 and 17.0.0 name no thread; JDK 8 prints nothing.
            message(
                    "pthread_create failed (",
                    "Failed to start thread (?:\"(?<name>.*?)\" )?- pthread_create failed \\((?<errno>\\w{1,20})\\) for"
                            + " attributes: stacksize: (?<stack>\\d{1,12})k, guardsize: (?<guard>\\d{1,12})k",
                    ConsoleMessage::hotSpot),
            // The same where the kernel's default sizes are asked for.
            message(
                    "pthread_create failed (",
                    "pthread_create failed \\((?<errno>E[A-Z]{2,15})\\)",
                    (found, line) -> Failure.of(Operation.PTHREAD_CREATE, line).withErrno(found.group("errno"))),
            // JVM_StartThread, since JDK 18 and in updates of 17
            message(
                    "Failed to start the native thread for ",
                    "Failed to start the native thread for java\\.lang\\.Thread \"(?<name>.*)\"",
                    (found, line) -> Failure.of(Operation.THREAD_START, line).withSubject(found.group("name"))),
            // os::create_stack_guard_pages; the second is its undoing as the thread ends
            message(
                    " stack guard pages failed",
                    "Attempt to (?<what>\\w+) stack guard pages failed",
                    (found, line) ->
                            Failure.of(Operation.GUARD_ZONE, line).withDetail("attempt to " + found.group("what"))),
            // JDK 8: error='Cannot allocate memory' (errno=12)
            message(
                    "os::commit_memory(",
                    "os::commit_memory\\(0x\\p{XDigit}{1,16}, (?<bytes>\\d{1,18}),.*?\\) failed; error='.*?' \\(err"
                            + "(?:no|or code)?=(?<number>\\d{1,3})\\)",
                    ConsoleMessage::commit),
            // OpenJ9: Failed to create a thread: retVal -1073741830, errno 11
            message(
                    "Failed to create a thread",
                    "Failed to create a thread: retVal -?\\d{1,12}(?:, errno (?<number>\\d{1,3}))?",
                    (found, line) ->
                            Failure.of(Operation.OUT_OF_MEMORY_ERROR, line).withErrno(errno(found.group("number")))),
            // JDK 8 says "new native thread"
            message(
                    "unable to create ",
                    "OutOfMemoryError: unable to create (?:new )?native thread",
                    (found, line) -> Failure.of(Operation.OUT_OF_MEMORY_ERROR, line)),
            // OpenBLAS, driver/others/blas_server.c
            message(
                    "OpenBLAS blas_thread_init: pthread_create",
                    "OpenBLAS blas_thread_init: pthread_create(?:: | failed for thread \\d{1,6} of \\d{1,6}: )" + ERROR,
                    (found, line) -> library(found, line, "OpenBLAS")),
            // libgomp, libgomp/team.c
            message(
                    "libgomp: Thread creation failed",
                    "libgomp: Thread creation failed: " + ERROR,
                    (found, line) -> library(found, line, "libgomp")),
            // LLVM's and Intel's OpenMP, z_Linux_util.cpp: the errno is on a line of its own
            message(
                    "OMP: System error #",
                    "OMP: System error #(?<number>\\d{1,3}): " + ERROR,
                    (found, line) -> library(found, line, "libomp")),
            // Go, runtime/cgo/gcc_util.c and runtime/os_linux.go
            message(
                    "runtime/cgo: pthread_create failed",
                    "runtime/cgo: pthread_create failed: " + ERROR,
                    (found, line) -> library(found, line, "Go")),
            message(
                    "runtime: failed to create new OS thread",
                    "runtime: failed to create new OS thread \\(have (?<have>\\d{1,9}) already; errno=(?<number>\\d{1,3})\\)",
                    (found, line) -> Failure.of(Operation.CLONE, line)
                            .withErrno(errno(found.group("number")))
                            .withSubject("Go")
                            .withDetail("with " + found.group("have") + " threads")),
            // ProcessBuilder, java.lang.ProcessImpl: error=11, Resource ...; JDK 25: posix_spawn failed, error: 11
            // (Resource
            message(
                    "Cannot run program ",
                    "Cannot run program \".*?\".*?[ :]error(?:=|: )(?<number>\\d{1,3})[, ]",
                    (found, line) -> isOfFork(found.group("number"))
                            ? Failure.of(Operation.FORK, line).withErrno(errno(found.group("number")))
                            : null),
            // sh, bash and others
            message("fork: ", "\\bv?fork: (?:retry: )?(?:Resource )?" + ERROR, ConsoleMessage::fork),
            message("posix_spawn", "\\bposix_spawnp?(?:\\(\\))?: " + ERROR, ConsoleMessage::fork),
            // Python, Modules/_threadmodule.c, which has no errno
            message(
                    "can't start new thread",
                    "RuntimeError: can't start new thread",
                    (found, line) -> Failure.of(Operation.THREAD_START, line).withSubject("Python")),
            // Ruby, thread.c
            message(
                    "can't create Thread: ",
                    "can't create Thread: " + ERROR,
                    (found, line) -> library(found, line, "Ruby")),
            // Rust, std::thread::spawn
            message(
                    "failed to spawn thread: Os",
                    "failed to spawn thread: Os \\{ code: (?<number>\\d{1,3}),",
                    (found, line) -> Failure.of(Operation.PTHREAD_CREATE, line)
                            .withErrno(errno(found.group("number")))
                            .withSubject("Rust")),
            // Any other program by strerror, such as node, Python's extensions and perror("pthread_create")
            message(
                    "pthread_create",
                    "pthread_create(?:\\(\\))?(?: failed)?: " + ERROR,
                    (found, line) -> errorOf(found) == null
                            ? null
                            : Failure.of(Operation.PTHREAD_CREATE, line).withErrno(errorOf(found))));

    private static ConsoleMessage message(
            String needle, String pattern, BiFunction<Matcher, TextLine, Failure> failure) {
        return new ConsoleMessage(needle, Pattern.compile(pattern), failure);
    }

    /** What the line says that failed; empty if it is no such message. */
    static Optional<Failure> failure(TextLine line) {
        for (ConsoleMessage message : ALL) {
            if (line.text().contains(message.needle)) {
                Matcher found = message.pattern.matcher(line.text());
                Failure failure = found.find() ? message.failure.apply(found, line) : null;
                if (failure != null) {
                    return Optional.of(failure);
                }
            }
        }
        return Optional.empty();
    }

    private static Failure hotSpot(Matcher found, TextLine line) {
        String name = found.group("name");
        // HotSpot does not know a Java thread's name yet.
        boolean known = name != null && !name.equals("Unknown thread");
        return Failure.of(Operation.PTHREAD_CREATE, line)
                .withErrno(found.group("errno"))
                .withBytes(Long.parseLong(found.group("stack")) * KILO)
                .withGuard(Long.parseLong(found.group("guard")) * KILO)
                .withSubject(known ? name : null);
    }

    private static Failure commit(Matcher found, TextLine line) {
        long bytes = Long.parseLong(found.group("bytes"));
        boolean guard = bytes >= SMALLEST_GUARD && bytes <= LARGEST_GUARD;
        return Failure.of(Operation.MMAP, line)
                .withErrno(errno(found.group("number")))
                .withBytes(bytes)
                .withDetail(guard ? Document.GUARD_ZONE_SIZED : null);
    }

    private static Failure fork(Matcher found, TextLine line) {
        String error = errorOf(found);
        return error == null ? null : Failure.of(Operation.FORK, line).withErrno(error);
    }

    private static Failure library(Matcher found, TextLine line, String name) {
        return Failure.of(Operation.PTHREAD_CREATE, line)
                .withErrno(errorOf(found))
                .withSubject(name);
    }

    private static String errorOf(Matcher found) {
        String error = found.group("error");
        return ERRORS.getOrDefault(error, ERRORS.get("Resource " + error));
    }

    /** ENOENT and EACCES are about the program, and no lack of anything. */
    private static boolean isOfFork(String number) {
        return number.equals("11") || number.equals("12") || number.equals("1");
    }

    private static String errno(String number) {
        return number == null ? null : NUMBERS.getOrDefault(number, "errno " + number);
    }
}
