package io.clonetrace.cli.target;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.FileStatus;
import io.clonetrace.linux.file.Folder;
import io.clonetrace.linux.file.OpenFile;
import io.clonetrace.linux.file.UnixSocket;
import io.clonetrace.linux.proc.Patience;
import io.clonetrace.linux.proc.ProcessorTime;
import io.clonetrace.run.RunUser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests to a JVM over its attach socket, as jcmd does (HotSpot's attachListener_posix.cpp; the JDK's client is
 * sun.tools.attach.VirtualMachineImpl). Nothing is sent before the kernel has confirmed that the peer is that JVM: any
 * user may own the socket's folder, and the file with its name.
 */
final class AttachSocket implements AutoCloseable {
    private static final String VERSION = "1";
    private static final int ARGUMENTS = 3; // AttachOperation::arg_count_max
    private static final int LONGEST_ARGUMENT = 1024; // AttachOperation::arg_length_max

    private static final int OWNER_ONLY = 0600;
    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SEND_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** How long a JVM that uses no processor time may take until it handles a signal. */
    private static final long WAKE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** While the signal is pending, the process has not run: its cgroup is frozen, or the machine is busy. */
    private static final long PENDING_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final TargetJvm jvm;
    private final Folder tmp;
    private final String socket;
    private final Waiting waiting;

    private AttachSocket(TargetJvm jvm, Folder tmp, String socket, Waiting waiting) {
        this.jvm = jvm;
        this.tmp = tmp;
        this.socket = socket;
        this.waiting = waiting;
    }

    /**
     * Opens the folder of that JVM's socket, which is {@code /tmp} as the JVM sees it: that of its container or of its
     * service (systemd's PrivateTmp).
     *
     * @throws IOException if no request can be sent, saying why in a sentence
     */
    static AttachSocket of(TargetJvm jvm, Waiting waiting) throws IOException {
        // Checked here too, if a command has checked it before: starting a source takes time.
        jvm.demandAttachable();
        try {
            return new AttachSocket(jvm, jvm.temporary(), ".java_pid" + jvm.pidInside(), waiting);
        } catch (LinuxException unreachable) {
            throw new IOException(
                    "JVM " + jvm.pid() + " can't be reached: its socket is in /tmp: " + unreachable.getMessage(),
                    unreachable);
        }
    }

    /**
     * Sends a request, and first wakes the JVM if it doesn't listen yet.
     *
     * @throws IOException if a request would harm it, or it does not listen, saying why in a sentence
     */
    JvmReply ask(JvmReply.Bounds bounds, String command, String... arguments) throws IOException {
        byte[] request = request(command, arguments);
        refuseWithout(AttachRoom.missingForRequest(jvm.folder()));
        try {
            Optional<UnixSocket> listening = connect();
            UnixSocket connection = listening.isPresent() ? listening.get() : wake();
            send(connection, request);
            return new JvmReply(jvm.pid(), connection, bounds, new ProcessorTime(jvm.folder()), waiting);
        } catch (LinuxException failed) {
            throw new IOException("JVM " + jvm.pid() + " can't be asked: " + failed.getMessage(), failed);
        }
    }

    /** Closes the connection if it throws. */
    private void send(UnixSocket connection, byte[] request) throws IOException, LinuxException {
        try {
            if (!connection.send(request, System.nanoTime() + SEND_NANOS)) {
                throw new IOException("JVM " + jvm.pid() + " takes no requests; it may be stopped");
            }
        } catch (IOException | LinuxException | RuntimeException failed) {
            connection.close();
            throw failed;
        }
    }

    /** The version, the command and always three arguments, each with a zero after it. */
    private static byte[] request(String command, String... arguments) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        for (String word : new String[] {VERSION, command}) {
            request.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
            request.write(0);
        }
        for (int i = 0; i < ARGUMENTS; i++) {
            byte[] argument = (i < arguments.length ? arguments[i] : "").getBytes(StandardCharsets.UTF_8);
            if (argument.length > LONGEST_ARGUMENT) {
                throw new IOException("the jar's path and the options are " + argument.length + " bytes together, and"
                        + " HotSpot takes no more than " + LONGEST_ARGUMENT);
            }
            request.writeBytes(argument);
            request.write(0);
        }
        return request.toByteArray();
    }

    /**
     * Connects to the JVM.
     *
     * @return empty if it doesn't listen
     * @throws IOException if the file with the name of its socket is not its own
     */
    private Optional<UnixSocket> connect() throws IOException, LinuxException {
        try (OpenFile file = tmp.pin(socket)) {
            FileStatus status = file.status();
            if (!status.isSocket()) {
                throw new IOException(file + " is no socket of JVM " + jvm.pid() + "; remove it");
            }
            int owner = jvm.user().user();
            if (status.user() != owner && status.user() != 0) {
                throw new IOException(file + " is a socket of user " + status.user() + ", and JVM " + jvm.pid()
                        + " is user " + owner + "'s; remove it");
            }
            return connect(file);
        } catch (LinuxException failed) {
            if (failed.errno() == Errno.ENOENT.value() || failed.errno() == Errno.ECONNREFUSED.value()) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private Optional<UnixSocket> connect(OpenFile file) throws IOException, LinuxException {
        Optional<UnixSocket> connection = UnixSocket.connect(file);
        long deadline = System.nanoTime() + SEND_NANOS;
        while (connection.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("JVM " + jvm.pid() + " accepts no connection; it may be stopped");
            }
            LockSupport.parkNanos(CHECK_NANOS);
            connection = UnixSocket.connect(file);
        }
        try {
            refuseOther(connection.get().peer(), file);
            return connection;
        } catch (IOException | LinuxException | RuntimeException refused) {
            connection.get().close();
            throw refused;
        }
    }

    private void refuseOther(int peer, OpenFile file) throws IOException {
        if (peer != jvm.pid() || !jvm.isStillThere()) {
            throw new IOException(file + " is a socket of process " + peer + " and not of JVM " + jvm.pid()
                    + "; nothing was sent; remove it");
        }
    }

    /** Makes it listen. On SIGQUIT, HotSpot looks for a file; without the file it prints a thread dump. */
    private UnixSocket wake() throws IOException, LinuxException {
        // Whatever the names of its threads, it does not listen.
        refuseWithout(AttachRoom.missingForListener(jvm.folder()));
        String trigger = ".attach_pid" + jvm.pidInside();
        jvm.refuseTriggerOfOthers(trigger);
        makeTrigger(trigger);
        Thread interrupted = new Thread(() -> {
            waiting.interrupted();
            tmp.remove(trigger);
            System.err.println("clonetrace: interrupted before JVM " + jvm.pid() + " listened; nothing was requested");
        });
        AgentLoad.remember(interrupted);
        try {
            // Once more right before the signal, which would kill a process that does not catch it.
            jvm.demandAttachable();
            jvm.askToListen();
            return awaitListener();
        } finally {
            tmp.remove(trigger);
            AgentLoad.forget(interrupted);
        }
    }

    private void refuseWithout(Optional<String> room) throws IOException {
        if (room.isPresent()) {
            throw new IOException("JVM " + jvm.pid() + " can't be asked: " + room.get());
        }
    }

    private void makeTrigger(String name) throws IOException, LinuxException {
        RunUser user = jvm.user();
        try (OpenFile made = tmp.makeFile(name, OWNER_ONLY)) {
            if (made.status().user() != user.user()) {
                // An old HotSpot accepts only its own user's file, not root's.
                made.give(user.user(), user.group());
            }
        } catch (LinuxException failed) {
            if (failed.errno() != Errno.EEXIST.value()) {
                throw failed;
            }
            // A killed command left it, or another one is attaching right now.
            try (OpenFile other = tmp.pin(name)) {
                if (!other.status().isRegular() || !jvm.trusts(other.status().user())) {
                    throw new IOException(other + " is another user's, and JVM " + jvm.pid()
                            + " would print its threads instead of listening; remove it");
                }
            }
        }
    }

    private UnixSocket awaitListener() throws IOException, LinuxException {
        long begin = System.nanoTime();
        Patience patience = new Patience(WAKE_NANOS, CHECK_NANOS, jvm.folder());
        Patience whilePending = new Patience(PENDING_NANOS, CHECK_NANOS, jvm.folder());
        while (true) {
            Optional<UnixSocket> connection = connect();
            if (connection.isPresent()) {
                return connection.get();
            }
            if (!jvm.isStillThere()) {
                throw new IOException("JVM " + jvm.pid() + " has ended");
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            waiting.at(seconds);
            boolean over = patience.isOver();
            boolean overWhilePending = whilePending.isOver();
            if (jvm.hasNotRun() ? overWhilePending : over) {
                throw new IOException("JVM " + jvm.pid() + " did not begin to listen within " + seconds
                        + " s; it may be stopped, and print its threads when it goes on");
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
    }

    @Override
    public void close() {
        tmp.close();
    }
}
