package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.jna.HostProperties;
import io.clonetrace.linux.jna.LibC;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/**
 * Everything that clonetrace does with native code in the JVM that it observes. {@link #open} runs on a thread of the
 * agent's, so that loading JNA does not delay the application's start.
 */
public final class NativeAccess {
    private static final String UTF_8 = "UTF-8";

    private static final int PR_SET_PTRACER = 0x59616d61; // linux/prctl.h

    private static final int PRIO_PROCESS = 0; // sys/resource.h

    /** A quarter of a processor beside one busy thread that has the usual value, 0. */
    private static final int NICE = 5;

    private static final String FOUND = "this JVM exports no complete gHotSpotVMStructs: the tids and stacks of Java"
            + " threads are read at places found without it, and native stacks have no Java frames";

    /** This JVM's instance: the next agent uses its offsets and buffers too. */
    private static NativeAccess opened;

    private final JavaThreads javaThreads;
    private final StartRoutines startRoutines;
    private final String limitation;

    private NativeAccess(JavaThreads javaThreads, StartRoutines startRoutines, String limitation) {
        this.javaThreads = javaThreads;
        this.startRoutines = startRoutines;
        this.limitation = limitation;
    }

    /**
     * Loads JNA and reads this JVM's tables.
     *
     * @param eetop reads the calling thread's {@code JavaThread*}; the thread must be one that Thread.start made
     * @param others lists readers of other Java threads' {@code JavaThread*}, which prove what is found in a JVM
     *     without the table
     * @throws NativeUnavailableException saying what is missing, whatever the cause, a linker error included
     */
    public static synchronized NativeAccess open(LongSupplier eetop, Callable<List<LongSupplier>> others)
            throws NativeUnavailableException {
        if (opened != null) {
            return opened;
        }
        if (Processor.current().isEmpty()) {
            throw new NativeUnavailableException(Processor.unsupported(), null);
        }
        Charset charset = Charset.defaultCharset();
        if (!UTF_8.equals(new String(UTF_8.getBytes(StandardCharsets.US_ASCII), charset))) {
            // JNA converts its library's own strings by that charset (dispatch.c of JNA, encodingString), beginning
            // with the name of the charset for the others: even its initialiser fails.
            throw new NativeUnavailableException(
                    "JNA does not work with the default charset " + charset
                            + ", in which ASCII is not ASCII; leave -Dfile.encoding out, or set it to UTF-8",
                    null);
        }
        HostProperties hosts = new HostProperties();
        hosts.setForOurs(Processor.current().get());
        try {
            Optional<JavaThreadLayout> told = VmStructs.ofThisJvm().flatMap(JavaThreadLayout::of);
            JavaThreadLayout layout =
                    told.isPresent() ? told.get() : new LayoutSearch(eetop.getAsLong()).find(others.call());
            JavaThreads javaThreads = new JavaThreads(layout);
            OsThread self = javaThreads.read(eetop.getAsLong(), eetop);
            if (self == null) {
                throw new NativeUnavailableException(
                        "process_vm_readv does not read this process; a seccomp filter may forbid it", null);
            }
            if (self.tid() != LibC.gettid()) {
                throw new NativeUnavailableException("HotSpot's own tid of this thread is not the kernel's", null);
            }
            opened = new NativeAccess(
                    javaThreads,
                    new StartRoutines(self, eetop.getAsLong(), javaThreads),
                    told.isPresent() ? null : FOUND);
            return opened;
        } catch (NativeUnavailableException unavailable) {
            throw unavailable;
        } catch (Throwable broken) {
            Throwable named = broken instanceof ExceptionInInitializerError && broken.getCause() != null
                    ? broken.getCause()
                    : broken;
            throw new NativeUnavailableException(named + adviceOn(broken), broken);
        } finally {
            hosts.restore();
        }
    }

    /** As {@link #open(LongSupplier, Callable)}, for a JVM with the table. */
    public static NativeAccess open(LongSupplier eetop) throws NativeUnavailableException {
        return open(eetop, List::of);
    }

    /** JNA writes its library to a file first; its message has only the linker's words about the folder. */
    private static String adviceOn(Throwable broken) {
        return broken instanceof UnsatisfiedLinkError
                ? "; -Djna.tmpdir=FOLDER names a folder where a file can be written and executed"
                : "";
    }

    /** What this JVM does not show, in a sentence; empty if nothing is missing. */
    public Optional<String> limitation() {
        return Optional.ofNullable(limitation);
    }

    /** The native side of Java threads. */
    public JavaThreads javaThreads() {
        return javaThreads;
    }

    /** Whether HotSpot made a thread. */
    public StartRoutines startRoutines() {
        return startRoutines;
    }

    /** This process's id (getpid(2)): in its own pid namespace, even if the /proc of another is mounted. */
    public int pid() {
        return LibC.getpid();
    }

    /** Whether the {@code tls} of a clone is the new thread's pthread_t, so that the two can be compared. */
    public boolean tlsIsPthread() {
        return Processor.current().map(Processor::tlsIsPthread).orElse(false);
    }

    /** Makes the calling thread yield to others that want the processor; does nothing where that is refused. */
    public void lowerPriority() {
        LibC.setpriority(PRIO_PROCESS, 0, NICE);
    }

    /**
     * Lets one process trace this one although it is no ancestor (Yama's ptrace_scope 1, prctl(2) PR_SET_PTRACER).
     *
     * @return empty if it is allowed now; the kernel's refusal otherwise, which is EINVAL without Yama, where nothing
     *     has to be allowed
     */
    public Optional<LinuxException> allowTracer(long pid) {
        int result = LibC.prctl(PR_SET_PTRACER, pid, 0, 0, 0);
        return result == 0
                ? Optional.empty()
                : Optional.of(new LinuxException("prctl(PR_SET_PTRACER, " + pid + ")", LibC.errno()));
    }
}
