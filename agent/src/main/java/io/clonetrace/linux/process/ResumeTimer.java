package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.jna.LibC;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the kernel resume this process soon after a signal stopped it (SIGSTOP, SIGTSTP). A stopped tracer holds up
 * each tracee that makes a task or receives a signal. A JVM hangs as a whole then: a thread stopped in Thread.start or
 * at a safepoint poll, which is a SIGSEGV, keeps every safepoint from being reached, so that no Java thread of it can
 * free it from its tracer.
 *
 * <p>A timer that sends SIGCONT is set again before it expires, for as long as this process runs. SIGCONT resumes a
 * process when it is sent, and does nothing to one that runs (kernel/signal.c, prepare_signal). It is not set to repeat
 * itself: since Linux 6.13 a periodic timer ends when its signal is ignored. A process that is frozen (cgroups(7)) or
 * that a debugger holds is left as it is.
 */
public final class ResumeTimer {
    /** How long this process stays stopped at most. */
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final int CLOCK_MONOTONIC = 1; // linux/time.h
    private static final int SIGCONT = 18; // asm-generic/signal.h
    private static final int SIGEV_SIGNAL = 0; // asm-generic/siginfo.h
    private static final int SIGEVENT_BYTES = 64;
    private static final int SIGNUMBER = Long.BYTES; // struct sigevent: after sigev_value
    private static final int NOTIFY = SIGNUMBER + Integer.BYTES;

    private final Processor processor;
    private final int timer;
    private final Pointer once;

    private ResumeTimer(Processor processor, int timer, Pointer once) {
        this.processor = processor;
        this.timer = timer;
        this.once = once;
    }

    /**
     * Keeps this process from staying stopped, until it ends. Starts a daemon thread.
     *
     * @throws LinuxException if the kernel or a seccomp filter refuses the timer
     */
    public static void start() throws LinuxException {
        Processor processor = Processor.current()
                .orElseThrow(() -> new LinuxException("no support for the processor " + System.getProperty("os.arch")));
        ResumeTimer timer = new ResumeTimer(processor, create(processor), once());
        timer.set();
        Thread thread = new Thread(timer::setAgainAndAgain, "clonetrace-resume");
        thread.setDaemon(true);
        thread.start();
    }

    private static int create(Processor processor) throws LinuxException {
        long address = Native.malloc(SIGEVENT_BYTES + (long) Integer.BYTES);
        try {
            Pointer event = new Pointer(address);
            event.clear(SIGEVENT_BYTES);
            event.setInt(SIGNUMBER, SIGCONT);
            event.setInt(NOTIFY, SIGEV_SIGNAL);
            long id = address + SIGEVENT_BYTES;
            if (ProcessLibC.syscall(processor.timerCreate(), CLOCK_MONOTONIC, address, id, 0) != 0) {
                throw new LinuxException("timer_create", LibC.errno());
            }
            return event.getInt(SIGEVENT_BYTES);
        } finally {
            Native.free(address);
        }
    }

    /** struct itimerspec: the period, 0 for none, then the time until it expires; lives as long as this process. */
    private static Pointer once() {
        Pointer once = new Pointer(Native.malloc(4L * Long.BYTES));
        once.clear(4L * Long.BYTES);
        once.setLong(3L * Long.BYTES, LONGEST_NANOS);
        return once;
    }

    private void set() throws LinuxException {
        if (ProcessLibC.syscall(processor.timerSettime(), timer, 0, Pointer.nativeValue(once), 0) != 0) {
            throw new LinuxException("timer_settime", LibC.errno());
        }
    }

    private void setAgainAndAgain() {
        try {
            while (true) {
                LockSupport.parkNanos(PERIOD_NANOS);
                set();
            }
        } catch (LinuxException unexpected) {
            // Then a stop of this process lasts; ChildTracerSource ends a tracer that is stopped for long.
        }
    }
}
