package io.clonetrace.linux.process;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.io.File;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/**
 * posix_spawn(3). A child of java.lang.ProcessBuilder can't be traced by the JVM that started it: the JDK's own waitpid
 * for the child would receive the stops meant for the tracer, and mistake the first for the child's end. The child
 * inherits this process's standard streams, all other descriptors that are not close-on-exec, and its environment; no
 * signal is blocked in it, though HotSpot blocks SIGQUIT.
 */
public final class Spawn {
    private static final short POSIX_SPAWN_SETSIGMASK = 0x08; // spawn.h
    private static final int ATTRIBUTES_BYTES = 1024; // sizeof(posix_spawnattr_t) is 336
    private static final int STDERR = 2; // unistd.h
    private static final int F_SETFD = 2; // asm-generic/fcntl.h
    private static final int FD_CLOEXEC = 1;
    private static final int SIGSET_BYTES = 128; // sizeof(sigset_t)

    private final List<Long> allocated = new ArrayList<>();

    private Spawn() {}

    /**
     * Starts a program as a child of the calling thread.
     *
     * @param path the program's file
     * @param arguments all of them, the program's name first
     * @return the child's pid; the calling thread must wait for it
     */
    public static int start(String path, List<String> arguments) throws LinuxException {
        Spawn spawn = new Spawn();
        try {
            return spawn.spawn(path, arguments);
        } finally {
            spawn.allocated.forEach(Native::free);
        }
    }

    /**
     * Makes all open descriptors except the standard streams close-on-exec: the JVM opens files without O_CLOEXEC, and
     * this process may have inherited some.
     */
    public static void closeDescriptorsInChildren() {
        String[] descriptors = new File("/proc/self/fd").list();
        for (String descriptor : descriptors == null ? new String[0] : descriptors) {
            int fd = Integer.parseInt(descriptor);
            if (fd > STDERR) {
                LibC.fcntl(fd, F_SETFD, FD_CLOEXEC);
            }
        }
    }

    private int spawn(String path, List<String> arguments) throws LinuxException {
        long pid = allocate(Integer.BYTES);
        long attributes = allocate(ATTRIBUTES_BYTES);
        long noSignals = allocate(SIGSET_BYTES);
        ProcessLibC.sigemptyset(noSignals);
        ProcessLibC.posix_spawnattr_init(attributes);
        ProcessLibC.posix_spawnattr_setsigmask(attributes, noSignals);
        ProcessLibC.posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
        int errno = ProcessLibC.posix_spawn(pid, string(path), 0, attributes, strings(arguments), environ());
        ProcessLibC.posix_spawnattr_destroy(attributes);
        if (errno != 0) {
            throw new LinuxException("posix_spawn " + path, errno);
        }
        return new Pointer(pid).getInt(0);
    }

    /** environ(7) of the C library, so that bytes that Java can't decode are passed on too. */
    private static long environ() {
        return NativeLibrary.getInstance("libc.so.6")
                .getGlobalVariableAddress("environ")
                .getLong(0);
    }

    private long strings(List<String> texts) {
        long array = allocate((texts.size() + 1L) * Long.BYTES);
        for (int i = 0; i < texts.size(); i++) {
            new Pointer(array).setLong(i * (long) Long.BYTES, string(texts.get(i)));
        }
        new Pointer(array).setLong(texts.size() * (long) Long.BYTES, 0);
        return array;
    }

    /** Encoded as the JVM decoded its own command line. */
    private long string(String text) {
        byte[] bytes = text.getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
        long address = allocate(bytes.length + 1L);
        new Pointer(address).write(0, bytes, 0, bytes.length);
        new Pointer(address).setByte(bytes.length, (byte) 0);
        return address;
    }

    private long allocate(long bytes) {
        long address = Native.malloc(bytes);
        allocated.add(address);
        return address;
    }
}
