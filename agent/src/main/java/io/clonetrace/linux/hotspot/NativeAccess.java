package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.jna.HostProperties;
import io.clonetrace.linux.jna.LibC;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
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

    /** This JVM's instance: the next agent uses its offsets and buffers too. */
    private static NativeAccess opened;

    private final JavaThreads javaThreads;
    private final StartRoutines startRoutines;

    private NativeAccess(JavaThreads javaThreads, StartRoutines startRoutines) {
        this.javaThreads = javaThreads;
        this.startRoutines = startRoutines;
    }

    /**
     * Loads JNA and reads this JVM's tables.
     *
     * @param eetop reads the calling thread's {@code JavaThread*}; the thread must be one that Thread.start made
     * @throws NativeUnavailableException saying what is missing, whatever the cause, a linker error included
     */
    public static synchronized NativeAccess open(LongSupplier eetop) throws NativeUnavailableException {
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
            JavaThreads javaThreads = new JavaThreads();
            OsThread self = javaThreads.read(eetop.getAsLong(), eetop);
            if (self == null) {
                throw new NativeUnavailableException(
                        "process_vm_readv does not read this process; a seccomp filter may forbid it", null);
            }
            if (self.tid() != LibC.gettid()) {
                throw new NativeUnavailableException("HotSpot's own tid of this thread is not the kernel's", null);
            }
            opened = new NativeAccess(javaThreads, new StartRoutines(self, eetop.getAsLong(), javaThreads));
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

    /** JNA writes its library to a file first; its message has only the linker's words about the folder. */
    private static String adviceOn(Throwable broken) {
        return broken instanceof UnsatisfiedLinkError
                ? "; -Djna.tmpdir=FOLDER names a folder where a file can be written and executed"
                : "";
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
