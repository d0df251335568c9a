package io.clonetrace.linux.bpf;

import com.sun.jna.Pointer;
import io.clonetrace.linux.jna.LibC;

/**
 * Closes descriptors without waiting for the kernel. When a BPF program's perf event or link is closed, the kernel
 * waits until no processor can still run the program, which takes some 40 milliseconds each; a process that ends would
 * wait as long in its exit.
 *
 * <p>The kernel closes files by itself, in a worker (since Linux 6.9; before, the caller waits as in close(2)), if only
 * sockets refer to them that no process can reach any more (net/unix/garbage.c). So they are sent to a socket (unix(7),
 * SCM_RIGHTS) together with that socket itself.
 */
final class DeferredClose {
    private static final int AF_UNIX = 1; // sys/socket.h
    private static final int SOCK_DGRAM = 2; // bits/socket_type.h
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1; // asm-generic/socket.h
    private static final int SCM_RIGHTS = 1; // bits/socket.h
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final int IOV = 56; // behind a struct msghdr, on 64-bit processors
    private static final int CONTROL = IOV + 16;
    private static final int RIGHTS = CONTROL + 16;

    private DeferredClose() {}

    /** Closes them; at once if they can't be sent. */
    static void close(int... descriptors) {
        Pointer memory = Bpf.zeroed(RIGHTS + (descriptors.length + 2) * Integer.BYTES + 1);
        long address = Pointer.nativeValue(memory);
        int socketpair = BpfNumbers.current().socketpair();
        boolean paired = BpfLibC.syscall(socketpair, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, address, 0) == 0;
        int near = paired ? memory.getInt(0) : -1;
        int far = paired ? memory.getInt(Integer.BYTES) : -1;
        if (paired) {
            send(memory, near, far, descriptors);
        }
        Bpf.free(memory);
        for (int descriptor : descriptors) {
            LibC.close(descriptor);
        }
        if (paired) {
            LibC.close(near);
            // The last: the end of a socket makes the kernel look for those that no process can reach.
            LibC.close(far);
        }
    }

    private static void send(Pointer memory, int near, int far, int[] descriptors) {
        long address = Pointer.nativeValue(memory);
        memory.setLong(0, 0);
        int rights = (descriptors.length + 1) * Integer.BYTES;
        int length = RIGHTS - CONTROL + rights;
        memory.setLong(16, address + IOV);
        memory.setLong(24, 1);
        memory.setLong(32, address + CONTROL);
        memory.setLong(40, length);
        // One byte, the last.
        memory.setLong(IOV, address + RIGHTS + (descriptors.length + 2L) * Integer.BYTES);
        memory.setLong(IOV + 8, 1);
        memory.setLong(CONTROL, length);
        memory.setInt(CONTROL + 8, SOL_SOCKET);
        memory.setInt(CONTROL + 12, SCM_RIGHTS);
        memory.setInt(RIGHTS, far);
        memory.write(RIGHTS + Integer.BYTES, descriptors, 0, descriptors.length);
        BpfLibC.syscall(BpfNumbers.current().sendmsg(), near, address, MSG_NOSIGNAL, 0, 0);
    }
}
