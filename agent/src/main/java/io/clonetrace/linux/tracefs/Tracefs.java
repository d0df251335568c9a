package io.clonetrace.linux.tracefs;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.bpf.BpfLibC;
import io.clonetrace.linux.jna.LibC;
import io.clonetrace.linux.proc.MountInfo;
import io.clonetrace.linux.proc.Rights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The kernel's tracefs: an existing mount, or else a private mount outside the file tree (fsopen(2), fsmount(2); since
 * Linux 5.2) that goes away with {@link #close} or with the process.
 */
public final class Tracefs implements AutoCloseable {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    // asm-generic/unistd.h; equal on x86-64 and aarch64
    private static final int FSOPEN = 430;
    private static final int FSCONFIG = 431;
    private static final int FSMOUNT = 432;
    private static final int CLOEXEC = 1; // linux/mount.h: FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
    private static final int FSCONFIG_CMD_CREATE = 6;
    private static final int NOBODY = -1;

    private final Path root;
    private final int mount;

    private Tracefs(Path root, int mount) {
        this.root = root;
        this.mount = mount;
    }

    /**
     * Finds or mounts tracefs.
     *
     * @throws LinuxException usually EPERM, or ENODEV from a kernel without tracefs
     */
    public static Tracefs open() throws LinuxException {
        Optional<Path> mounted = mounted();
        if (mounted.isPresent()) {
            return new Tracefs(mounted.get(), NOBODY);
        }
        if (!Rights.own().toAdminister()) {
            // Do not even try: a seccomp filter may kill the process for it.
            throw new LinuxException("mounting tracefs", Errno.EPERM.value());
        }
        int mount = mount();
        return new Tracefs(Path.of("/proc/self/fd/" + mount), mount);
    }

    /** Its root folder, for reading. */
    public Path root() {
        return root;
    }

    @Override
    public void close() {
        if (mount != NOBODY) {
            LibC.close(mount);
        }
    }

    private static Optional<Path> mounted() {
        try {
            return MountInfo.firstOf("tracefs", Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static int mount() throws LinuxException {
        byte[] name = Native.toByteArray("tracefs");
        long text = Native.malloc(name.length);
        new Pointer(text).write(0, name, 0, name.length);
        try {
            int context = checked("fsopen of tracefs", BpfLibC.syscall(FSOPEN, text, CLOEXEC, 0, 0, 0));
            try {
                checked("fsconfig of tracefs", BpfLibC.syscall(FSCONFIG, context, FSCONFIG_CMD_CREATE, 0, 0, 0));
                return checked("fsmount of tracefs", BpfLibC.syscall(FSMOUNT, context, CLOEXEC, 0, 0, 0));
            } finally {
                LibC.close(context);
            }
        } finally {
            Native.free(text);
        }
    }

    private static int checked(String call, long result) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(call, LibC.errno());
        }
        return (int) result;
    }
}
