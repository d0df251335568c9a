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
import java.nio.file.Path;

/**
 * A JVM that takes commands over its attach socket, as jcmd gives them (attachListener_linux.cpp of HotSpot). Needs the
 * module jdk.attach.
 */
final class ServingJvm {
    private ServingJvm() {}

    /** Whether the process can be asked without harm. */
    static boolean answers(long pid) {
        return TargetJvm.of(pid).refusal().isEmpty();
    }

    /**
     * The text of a thread dump.
     *
     * @throws IOException if the JVM refuses
     */
    static InputStream threadDump(long pid) throws IOException, AttachNotSupportedException {
        // Makes the JVM open its socket; the public API itself has no thread dump.
        VirtualMachine.attach(Long.toString(pid)).detach();
        TargetJvm jvm = TargetJvm.of(pid);
        Path socket = jvm.inside(Path.of("/tmp/.java_pid" + jvm.pidInside()));
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        channel.write(ByteBuffer.wrap("1\0threaddump\0\0\0\0".getBytes(StandardCharsets.US_ASCII)));
        return Channels.newInputStream(channel);
    }
}
