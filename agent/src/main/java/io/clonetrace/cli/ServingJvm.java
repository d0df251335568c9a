package io.clonetrace.cli;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A JVM that takes commands over its attach socket, as jcmd gives them (attachListener_linux.cpp of HotSpot). Needs the
 * module jdk.attach.
 */
final class ServingJvm {
    /**
     * SIGQUIT, by which attaching wakes a JVM: bit 2 of SigCgt (signal(7), proc(5)). It kills who does not catch it.
     */
    private static final long SIGQUIT = 1L << 2;

    private ServingJvm() {}

    /** Whether the process can be asked without harm: it catches the signal that attaching sends. */
    static boolean answers(long pid) {
        try {
            boolean jvm = Files.readString(Path.of("/proc/" + pid + "/maps"), StandardCharsets.ISO_8859_1)
                    .contains("/libjvm.so");
            return jvm
                    && status(pid, "SigCgt:")
                            .filter(caught -> (Long.parseUnsignedLong(caught, 16) & SIGQUIT) != 0)
                            .isPresent();
        } catch (IOException gone) {
            return false;
        }
    }

    /**
     * The text of a thread dump.
     *
     * @throws IOException if the JVM refuses
     */
    static InputStream threadDump(long pid) throws IOException, AttachNotSupportedException {
        // Makes the JVM open its socket; the public API itself has no thread dump.
        VirtualMachine.attach(Long.toString(pid)).detach();
        String inside = status(pid, "NSpid:").orElse(Long.toString(pid)).replaceFirst(".*\\s", "");
        Path socket = Path.of("/proc/" + pid + "/root/tmp/.java_pid" + inside);
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        channel.write(ByteBuffer.wrap("1\0threaddump\0\0\0\0".getBytes(StandardCharsets.US_ASCII)));
        return Channels.newInputStream(channel);
    }

    private static Optional<String> status(long pid, String field) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .findFirst();
    }
}
