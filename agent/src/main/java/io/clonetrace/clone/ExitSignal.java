package io.clonetrace.clone;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Names of the signals that the kernel may send a parent when its child ends, by the numbers in the kernel's
 * asm-generic/signal.h (x86-64, aarch64, riscv64 and others; not MIPS, SPARC, Alpha, PA-RISC), in strace's spelling.
 */
public final class ExitSignal {

    /** The bits of clone's flags argument that hold the exit signal: CSIGNAL of linux/sched.h. */
    public static final int MASK = 0xff;

    /** The highest signal number: _NSIG of asm-generic/signal.h. */
    public static final int HIGHEST = 64;

    private static final int SIGRTMIN = 32;
    private static final List<String> NAMES = List.of("""
            0 SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE \
            SIGALRM SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM \
            SIGPROF SIGWINCH SIGIO SIGPWR SIGSYS SIGRTMIN\
            """.split(" "));

    private static final Map<String, Integer> NUMBERS = numbers();

    private ExitSignal() {}

    /** {@code SIGCHLD} for 17, {@code SIGRT_2} for 34, {@code 0} for none, the decimal number for anything else. */
    public static String name(int number) {
        if (number >= 0 && number <= SIGRTMIN) {
            return NAMES.get(number);
        }
        return number > SIGRTMIN && number <= HIGHEST ? "SIGRT_" + (number - SIGRTMIN) : Integer.toString(number);
    }

    /** The signal of that name, or empty if there is none. */
    public static OptionalInt number(String name) {
        Integer number = NUMBERS.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new HashMap<>();
        for (int number = 1; number <= HIGHEST; number++) {
            numbers.put(name(number), number);
        }
        return Map.copyOf(numbers);
    }
}
