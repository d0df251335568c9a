package io.clonetrace.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's tracefs: where it is mounted or, where it isn't, a mount of our own that only this process sees and that
 * is in no folder. Nothing is mounted for others.
 */
public final class Tracefs implements AutoCloseable {
    private static final long FSOPEN = 430; // asm-generic/unistd.h; equal on x86-64 and aarch64; Linux 5.2
    private static final long FSCONFIG = 431;
    private static final long FSMOUNT = 432;
    private static final long CLOSE_ON_EXEC = 1; // linux/mount.h: FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
    private static final long FSCONFIG_CMD_CREATE = 6;

    private static final int ROOT = 3; // proc(5), mountinfo: the fields before the hyphen
    private static final int MOUNT_POINT = 4;

    private final Path root;
    private final int fd;

    private Tracefs(Path root, int fd) {
        this.root = root;
        this.fd = fd;
    }

    /**
     * Finds or mounts it.
     *
     * @throws LinuxException if it isn't mounted and can't be: EPERM without CAP_SYS_ADMIN, ENODEV without tracefs in
     *     the kernel, ENOSYS before Linux 5.2
     * @throws NativeUnavailableException if native code can't be used
     */
    public static Tracefs open() throws LinuxException, NativeUnavailableException {
        try {
            Path mounted = mounted();
            return mounted == null ? detached() : new Tracefs(mounted, -1);
        } catch (LinkageError failed) {
            throw new NativeUnavailableException(failed.toString(), failed);
        }
    }

    /** Its root folder; valid until {@link #close}. */
    public Path root() {
        return root;
    }

    private static Path mounted() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(" ");
                int hyphen = line.indexOf(" - tracefs ");
                // A mount point with a space or a backslash is written with escapes: take a mount of our own there.
                if (hyphen >= 0 && fields[ROOT].equals("/") && fields[MOUNT_POINT].indexOf('\\') < 0) {
                    Path point = Path.of(fields[MOUNT_POINT]);
                    if (Files.isWritable(point.resolve("instances"))) {
                        return point;
                    }
                }
            }
        } catch (IOException unreadable) {
            return null;
        }
        return null;
    }

    private static Tracefs detached() throws LinuxException {
        long name = Native.malloc(8);
        int context;
        try {
            new Pointer(name).setString(0, "tracefs", "US-ASCII");
            context = call("fsopen tracefs", FSOPEN, name, CLOSE_ON_EXEC, 0);
        } finally {
            Native.free(name);
        }
        try {
            call("fsconfig of tracefs", FSCONFIG, context, FSCONFIG_CMD_CREATE, 0);
            int mount = call("fsmount of tracefs", FSMOUNT, context, CLOSE_ON_EXEC, 0);
            return new Tracefs(Path.of("/proc/self/fd/" + mount), mount);
        } finally {
            TracefsLibC.close(context);
        }
    }

    private static int call(String what, long number, long first, long second, long third) throws LinuxException {
        long result = TracefsLibC.syscall(number, first, second, third, 0, 0);
        if (result < 0) {
            throw new LinuxException(what, LibC.errno());
        }
        return (int) result;
    }

    @Override
    public void close() {
        if (fd >= 0) {
            TracefsLibC.close(fd);
        }
    }
}
