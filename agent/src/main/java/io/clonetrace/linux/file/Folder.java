package io.clonetrace.linux.file;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.NativeFailure;
import io.clonetrace.linux.Processor;
import io.clonetrace.linux.jna.LibC;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder by its descriptor, and its files by a single name each: for folders in which other users may rename, remove
 * and create files at any moment. No path is resolved twice, no link is followed, no mount point is crossed: what
 * another user puts in a file's place is refused and never touched. Any thread may use it, even after it is closed:
 * then nothing is done, and methods that throw throw EBADF.
 */
public final class Folder implements AutoCloseable {
    private static final int OWNER_ONLY = 0700;
    private static final int OWNER_MAY_READ_AND_WRITE = 0600;

    // asm-generic/fcntl.h; equal on x86-64 and aarch64. The other two differ: see Processor.
    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 02;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_NOCTTY = 0400;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int AT_FDCWD = -100; // linux/fcntl.h
    private static final int AT_REMOVEDIR = 0x200;
    private static final int LOCK_EX = 2; // asm-generic/fcntl.h
    private static final int LOCK_NB = 4;

    private static final int OPENAT2 = 437; // asm-generic/unistd.h; equal on x86-64 and aarch64; since Linux 5.6
    private static final int OPEN_HOW_BYTES = 24; // linux/openat2.h, struct open_how: flags, mode, resolve
    private static final long RESOLVE_NO_MAGICLINKS = 2;
    private static final long RESOLVE_IN_ROOT = 16;
    private static final int TRIES = 100;

    private static final int D_NAME = 19; // glibc bits/dirent.h, struct dirent

    private final OpenFile file;

    private Folder(OpenFile file) {
        this.file = file;
    }

    /**
     * Opens a folder by a path that no other user controls; links in the path are followed, this once.
     *
     * @throws LinuxException if there is none, it can't be entered, or native code can't be used here
     */
    public static Folder open(Path path) throws LinuxException {
        return open(path, path);
    }

    /**
     * The same.
     *
     * @param called its name in messages
     */
    public static Folder open(Path path, Path called) throws LinuxException {
        try {
            return new Folder(open(AT_FDCWD, path.toString(), called.toString(), O_PATH | directory()));
        } catch (LinkageError broken) {
            throw noNativeCode(broken);
        }
    }

    /**
     * Opens a folder as another process sees it. A link of that name is followed as that process would, within its
     * root; if the kernel can't do that (before Linux 5.6, or under a filter that forbids openat2(2)), it is refused.
     *
     * @param root a path to the process's root: {@code /proc/PID/root}
     * @param name one of the folders in its root
     * @throws LinuxException if there is none, it can't be entered, or native code can't be used here
     */
    public static Folder inRoot(Path root, String name) throws LinuxException {
        try (Folder top = open(root)) {
            return top.asRoot(name);
        }
    }

    /** The same, of a process whose root this is. */
    public synchronized Folder asRoot(String name) throws LinuxException {
        int fd = openWithin(file.fd(), name);
        if (fd == -Errno.ENOSYS.value() || fd == -Errno.EPERM.value()) {
            return withoutLinks(name);
        }
        if (fd < 0) {
            throw new LinuxException("open " + path(name), -fd);
        }
        return new Folder(new OpenFile(fd, path(name)));
    }

    /** A folder in it, a mount point too, but no link. */
    synchronized Folder withoutLinks(String name) throws LinuxException {
        return new Folder(open(file.fd(), name, path(name), O_PATH | directory() | noFollow()));
    }

    /** Pins a file as {@link #pin} does, on whatever mount. */
    synchronized OpenFile pinOnAnyMount(String name) throws LinuxException {
        return open(file.fd(), name, path(name), O_PATH | noFollow());
    }

    /**
     * Pins the file behind a link of {@code /proc} that leads to the file itself, not to a path
     * (proc_pid_map_files(5)).
     */
    static OpenFile pinBehind(Path link) throws LinuxException {
        return open(AT_FDCWD, link.toString(), link.toString(), O_PATH);
    }

    /** Opens the pinned file for reading, whatever has its name by now. */
    static OpenFile toRead(OpenFile pinned) throws LinuxException {
        return open(AT_FDCWD, pinned.link().toString(), pinned.toString(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    }

    /** A descriptor, or the negated errno. */
    private static int openWithin(int root, String name) throws LinuxException {
        long memory = Native.malloc(OPEN_HOW_BYTES);
        try {
            Pointer how = new Pointer(memory);
            how.setLong(0, O_PATH | directory() | O_CLOEXEC);
            how.setLong(Long.BYTES, 0);
            how.setLong(2 * Long.BYTES, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
            int fd = -Errno.EAGAIN.value();
            // EAGAIN: a folder was renamed meanwhile, and the kernel can't tell whether it has left the root.
            for (int i = 0; i < TRIES && fd == -Errno.EAGAIN.value(); i++) {
                fd = (int) FileLibC.syscall(OPENAT2, root, bytes(name), memory, OPEN_HOW_BYTES);
                fd = fd < 0 ? -LibC.errno() : fd;
            }
            return fd;
        } finally {
            Native.free(memory);
        }
    }

    /** Its status now. */
    public synchronized FileStatus status() throws LinuxException {
        return file.status();
    }

    /** A path to it, for calls that take only a path: see {@link OpenFile#link}. */
    public synchronized Path link() {
        return file.link();
    }

    /**
     * Makes a folder in it, owned by this user.
     *
     * @param permissions as for chmod(2); no other user may be allowed to write
     * @throws LinuxException EEXIST: the name is taken; without an errno: another user replaced it
     */
    public synchronized Folder makeFolder(String name, int permissions) throws LinuxException {
        check("mkdir", name, FileLibC.mkdirat(file.fd(), bytes(name), OWNER_ONLY));
        return takeFolder(name, permissions);
    }

    /** Opens the folder that was made. If another user can write here, it may be a different one by now. */
    public synchronized Folder takeFolder(String name, int permissions) throws LinuxException {
        Folder made = folder(name);
        try {
            FileStatus status = made.status();
            if (!isOwn(status) || status.othersMayWrite() || !made.names(1).isEmpty()) {
                throw replaced(name);
            }
            made.file.permit(permissions);
            return made;
        } catch (LinuxException | RuntimeException failed) {
            made.close();
            throw failed;
        }
    }

    /**
     * Opens a folder in it.
     *
     * @throws LinuxException ENOTDIR: it is a link, or no folder; without an errno: something is mounted there
     */
    public synchronized Folder folder(String name) throws LinuxException {
        return new Folder(onThisMount(name, O_RDONLY | directory()));
    }

    /**
     * Makes a regular file, owned by this user, and opens it for reading and writing.
     *
     * @throws LinuxException EEXIST: the name is taken, be it by a link
     */
    public synchronized OpenFile makeFile(String name, int permissions) throws LinuxException {
        OpenFile made =
                open(file.fd(), name, path(name), O_RDWR | O_CREAT | O_EXCL | noFollow(), OWNER_MAY_READ_AND_WRITE);
        try {
            made.permit(permissions);
            return made;
        } catch (LinuxException failed) {
            made.close();
            throw failed;
        }
    }

    /**
     * Makes a named pipe that only this user can open, and opens it for reading and writing, so that opening it does
     * not block.
     *
     * @throws LinuxException EEXIST: the name is taken; without an errno: another user replaced it
     */
    synchronized OpenFile makePipe(String name) throws LinuxException {
        check("mkfifo", name, FileLibC.mkfifoat(file.fd(), bytes(name), OWNER_MAY_READ_AND_WRITE));
        return takePipe(name);
    }

    /** Opens the pipe that was made; as above, it may be a different file by now. */
    synchronized OpenFile takePipe(String name) throws LinuxException {
        // Not opened before it is known to be a pipe: opening a device may have an effect.
        try (OpenFile there = pin(name)) {
            FileStatus status = there.status();
            if (!status.isPipe() || !isOwn(status) || status.links() != 1) {
                throw replaced(name);
            }
            return open(AT_FDCWD, there.link().toString(), path(name), O_RDWR | O_NONBLOCK);
        }
    }

    /**
     * Pins a file of whatever type without opening it (O_PATH of open(2)): a device is not touched, a pipe does not
     * block. {@link OpenFile#link} leads to this file and no other.
     *
     * @throws LinuxException ENOENT: there is no such file; without an errno: something is mounted there
     */
    public synchronized OpenFile pin(String name) throws LinuxException {
        return onThisMount(name, O_PATH);
    }

    /** Renames a file, and replaces what has the new name. */
    public synchronized void rename(String from, String to) throws LinuxException {
        check("rename", from, FileLibC.renameat(file.fd(), bytes(from), file.fd(), bytes(to)));
    }

    /**
     * Removes a file that is not a folder.
     *
     * @return false if there is none, or this user may not remove it
     */
    public synchronized boolean remove(String name) {
        return FileLibC.unlinkat(file.fd(), bytes(name), 0) == 0;
    }

    /**
     * Removes an empty folder.
     *
     * @return false if there is none, it is not empty, or this user may not remove it
     */
    public synchronized boolean removeFolder(String name) {
        return FileLibC.unlinkat(file.fd(), bytes(name), AT_REMOVEDIR) == 0;
    }

    /**
     * The names of its files, one character for each byte.
     *
     * @param most the most that are read
     */
    public synchronized List<String> names(int most) throws LinuxException {
        // A descriptor of its own: reading moves its position, and closes it.
        int fd = open(file.fd(), ".", file.toString(), O_RDONLY | directory()).fd();
        long directory = FileLibC.fdopendir(fd);
        if (directory == 0) {
            LinuxException failed = new LinuxException("fdopendir " + file, LibC.errno());
            LibC.close(fd);
            throw failed;
        }
        List<String> names = new ArrayList<>();
        try {
            long entry = FileLibC.readdir(directory);
            while (entry != 0 && names.size() < most) {
                String name = new Pointer(entry).getString(D_NAME, StandardCharsets.ISO_8859_1.name());
                if (!name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
                entry = FileLibC.readdir(directory);
            }
        } finally {
            FileLibC.closedir(directory);
        }
        return names;
    }

    /**
     * Locks a folder that {@link #folder} or {@link #makeFolder} opened, until it is closed or this process ends
     * (flock(2)). Unlike a pid, the lock means the same in all pid namespaces.
     *
     * @return false if another process holds it
     * @throws LinuxException if this file system has no locks
     */
    public synchronized boolean lock() throws LinuxException {
        if (FileLibC.flock(file.fd(), LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        int errno = LibC.errno();
        if (errno == Errno.EAGAIN.value()) {
            return false;
        }
        throw new LinuxException("flock " + file, errno);
    }

    /** Whether this user owns it. */
    public static boolean isOwn(FileStatus status) {
        return status.user() == FileLibC.geteuid();
    }

    /** A file behind a link or on another mount is not the one of that name in this folder. */
    private OpenFile onThisMount(String name, int flags) throws LinuxException {
        OpenFile opened = open(file.fd(), name, path(name), flags | noFollow());
        try {
            if (opened.status().mount() != status().mount()) {
                throw new LinuxException("something is mounted at " + opened);
            }
            return opened;
        } catch (LinuxException refused) {
            opened.close();
            throw refused;
        }
    }

    private static OpenFile open(int folder, String name, String path, int flags) throws LinuxException {
        return open(folder, name, path, flags, 0);
    }

    private static OpenFile open(int folder, String name, String path, int flags, int mode) throws LinuxException {
        int fd = FileLibC.openat(folder, bytes(name), flags | O_CLOEXEC, mode);
        if (fd < 0) {
            throw new LinuxException("open " + path, LibC.errno());
        }
        return new OpenFile(fd, path);
    }

    private void check(String call, String name, int result) throws LinuxException {
        if (result != 0) {
            throw new LinuxException(call + " " + path(name), LibC.errno());
        }
    }

    private String path(String name) {
        return file + "/" + name;
    }

    private LinuxException replaced(String name) {
        return new LinuxException("another user has replaced " + path(name));
    }

    private static LinuxException noNativeCode(LinkageError broken) {
        return new LinuxException(NativeFailure.sentence(broken));
    }

    private static int directory() throws LinuxException {
        return processor().directory();
    }

    private static int noFollow() throws LinuxException {
        return processor().noFollow();
    }

    private static Processor processor() throws LinuxException {
        return Processor.current().orElseThrow(() -> new LinuxException(Processor.unsupported()));
    }

    /** Encoded as the JVM decoded its own command line. */
    private static byte[] bytes(String name) {
        return (name + "\0").getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    }

    @Override
    public synchronized void close() {
        file.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
