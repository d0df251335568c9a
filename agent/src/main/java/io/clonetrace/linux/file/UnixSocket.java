package io.clonetrace.linux.file;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.jna.LibC;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The client's end of a connection to a stream socket in the file system (unix(7)). No call waits longer than its
 * caller allows, since the peer may be hostile. For one thread.
 */
public final class UnixSocket implements AutoCloseable {
    // asm-generic/socket.h, linux/net.h, asm-generic/poll.h; equal on x86-64 and aarch64.
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK = 04000;
    private static final int SOCK_CLOEXEC = 02000000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;

    /** struct sockaddr_un: the family, and a path that ends by a zero. */
    private static final int FAMILY_BYTES = 2;

    /** struct ucred: pid, uid, gid. */
    private static final int CREDENTIALS = 3;

    private static final int MOST_MILLISECONDS = 60_000;

    private final int fd;

    private UnixSocket(int fd) {
        this.fd = fd;
    }

    /**
     * Connects to a socket by its descriptor ({@link Folder#pin}), so that no other can be put in its place.
     *
     * @return empty if the listener's queue is full
     * @throws LinuxException ECONNREFUSED: no process is listening
     */
    public static Optional<UnixSocket> connect(OpenFile socket) throws LinuxException {
        int fd = SocketLibC.socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new LinuxException("socket", LibC.errno());
        }
        byte[] path = socket.link().toString().getBytes(StandardCharsets.US_ASCII);
        byte[] address = new byte[FAMILY_BYTES + path.length + 1];
        address[0] = AF_UNIX; // Both processors are little-endian.
        System.arraycopy(path, 0, address, FAMILY_BYTES, path.length);
        if (SocketLibC.connect(fd, address, address.length) == 0) {
            return Optional.of(new UnixSocket(fd));
        }
        int errno = LibC.errno();
        LibC.close(fd);
        if (errno == Errno.EAGAIN.value() || errno == Errno.EINTR.value()) {
            return Optional.empty();
        }
        throw new LinuxException("connect to " + socket, errno);
    }

    /**
     * The pid, in this pid namespace, of the process that made the socket listen (unix(7), SO_PEERCRED); 0 if it has
     * none here.
     */
    public int peer() throws LinuxException {
        int[] credentials = new int[CREDENTIALS];
        if (SocketLibC.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, new int[] {CREDENTIALS * Integer.BYTES})
                != 0) {
            throw new LinuxException("getsockopt(SO_PEERCRED)", LibC.errno());
        }
        return credentials[0];
    }

    /**
     * Sends all of it.
     *
     * @param deadline by System.nanoTime
     * @return false if the peer did not accept it in time
     */
    public boolean send(byte[] bytes, long deadline) throws LinuxException {
        byte[] rest = bytes;
        while (rest.length > 0) {
            long sent = SocketLibC.send(fd, rest, rest.length, MSG_NOSIGNAL);
            if (sent >= 0) {
                rest = Arrays.copyOfRange(rest, (int) sent, rest.length);
            } else if (!mayWait("send") || !await(POLLOUT, deadline)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Receives the bytes that are available, or waits for some.
     *
     * @param deadline by System.nanoTime
     * @return how many bytes, 0 at the end, -1 if none arrived in time
     */
    public int receive(byte[] into, long deadline) throws LinuxException {
        while (true) {
            long received = SocketLibC.recv(fd, into, into.length, 0);
            if (received >= 0) {
                return (int) received;
            }
            if (!mayWait("recv") || !await(POLLIN, deadline)) {
                return -1;
            }
        }
    }

    private static boolean mayWait(String call) throws LinuxException {
        int errno = LibC.errno();
        if (errno == Errno.EAGAIN.value() || errno == Errno.EINTR.value()) {
            return true;
        }
        throw new LinuxException(call, errno);
    }

    /** Waits for the event, or until the deadline has passed. */
    private boolean await(int event, long deadline) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        long milliseconds = Math.min(TimeUnit.NANOSECONDS.toMillis(left) + 1, MOST_MILLISECONDS);
        // struct pollfd: the descriptor, and two halves of a word. The caller repeats an interrupted wait.
        SocketLibC.poll(new int[] {fd, event}, 1, (int) milliseconds);
        return true;
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
