package io.clonetrace.linux;

import java.util.Optional;

/** The supported processors, and what differs between them. */
public enum Processor {
    /**
     * The thread pointer is the address of glibc's {@code struct pthread} (glibc sysdeps/x86_64/nptl/tls.h,
     * TLS_TCB_AT_TP).
     */
    X86_64("amd64", "linux-x86-64", true, SyscallRegisters.X86_64, 0200000, 0400000, 250, 222, 223),
    /** The thread pointer lies behind {@code struct pthread} (glibc sysdeps/aarch64/nptl/tls.h, TLS_DTV_AT_TP). */
    AARCH64("aarch64", "linux-aarch64", false, SyscallRegisters.AARCH64, 040000, 0100000, 219, 107, 110);

    /**
     * Read once, on a thread of the agent's: otherwise each thread that starts would need the right to read the
     * property.
     */
    private static final Optional<Processor> CURRENT = ofThisJvm();

    private final String osArch;
    private final String jnaFolder;
    private final boolean tlsIsPthread;
    private final SyscallRegisters registers;
    private final int directory;
    private final int noFollow;
    private final int keyctl;
    private final int timerCreate;
    private final int timerSettime;

    Processor(
            String osArch,
            String jnaFolder,
            boolean tlsIsPthread,
            SyscallRegisters registers,
            int directory,
            int noFollow,
            int keyctl,
            int timerCreate,
            int timerSettime) {
        this.osArch = osArch;
        this.jnaFolder = jnaFolder;
        this.tlsIsPthread = tlsIsPthread;
        this.registers = registers;
        this.directory = directory;
        this.noFollow = noFollow;
        this.keyctl = keyctl;
        this.timerCreate = timerCreate;
        this.timerSettime = timerSettime;
    }

    /** The folder of its library in JNA's jar, below com.sun.jna (com.sun.jna.Platform, RESOURCE_PREFIX). */
    public String jnaFolder() {
        return jnaFolder;
    }

    /** Where a tracer finds a system call's number and arguments. */
    public SyscallRegisters registers() {
        return registers;
    }

    /** O_DIRECTORY of open(2) (asm-generic/fcntl.h, arch/arm64/include/uapi/asm/fcntl.h). */
    public int directory() {
        return directory;
    }

    /** O_NOFOLLOW of open(2) (the same headers). */
    public int noFollow() {
        return noFollow;
    }

    /** The number of keyctl(2) (arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h). */
    public int keyctl() {
        return keyctl;
    }

    /** The number of timer_create(2) (the same tables). */
    public int timerCreate() {
        return timerCreate;
    }

    /** The number of timer_settime(2) (the same tables). */
    public int timerSettime() {
        return timerSettime;
    }

    /**
     * The stack pointer is a multiple of this number of bytes wherever it is used: on aarch64 the processor checks it
     * (Procedure Call Standard for the Arm 64-bit Architecture, "The Stack"); x86-64 does not.
     */
    public long stackPointerAlignment() {
        return this == AARCH64 ? 16 : 1;
    }

    /** Whether the {@code tls} that glibc passes to clone is the new thread's pthread_t. */
    public boolean tlsIsPthread() {
        return tlsIsPthread;
    }

    /** The processor that this JVM runs on; empty if it is not supported. */
    public static Optional<Processor> current() {
        return CURRENT;
    }

    /** Why no native code can be used on this JVM's processor, for messages. */
    public static String unsupported() {
        String arch = System.getProperty("os.arch", "");
        return unsupportedWidth(System.getProperty("sun.arch.data.model", ""), arch)
                .orElse("no support for the processor " + arch);
    }

    /**
     * What a 32-bit JVM lacks, in a clause; empty for others.
     *
     * @param bits the system property sun.arch.data.model
     * @param arch the system property os.arch
     */
    public static Optional<String> unsupportedWidth(String bits, String arch) {
        return bits.equals("32")
                ? Optional.of("this JVM is a 32-bit one (" + arch + "), and clonetrace needs a 64-bit JVM on x86-64 or"
                        + " aarch64")
                : Optional.empty();
    }

    private static Optional<Processor> ofThisJvm() {
        String arch = System.getProperty("os.arch", "");
        for (Processor processor : values()) {
            if (processor.osArch.equals(arch)) {
                return Optional.of(processor);
            }
        }
        return Optional.empty();
    }
}
