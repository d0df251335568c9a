package io.clonetrace.agent.stacks;

import io.clonetrace.agent.host.Console;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.stack.OwnStack;
import io.clonetrace.stack.StackSnapshot;
import java.nio.file.Path;

/**
 * The system calls by which stacks are measured. What the kernel can do decides, not its version.
 *
 * @param snapshot measures all threads
 * @param nativeCalls whether native code can be used
 * @param ioctls whether the kernel has the ioctls
 */
public record StackReaders(StackSnapshot snapshot, boolean nativeCalls, boolean ioctls) {

    /**
     * Probes the kernel.
     *
     * @param reader the option: auto, ioctl, fallback
     * @param nativeCalls whether native code can be used
     */
    public static StackReaders choose(String reader, boolean nativeCalls) {
        if (nativeCalls && !reader.equals("fallback")) {
            try {
                return new StackReaders(StackSnapshot.byIoctl(Path.of("/proc/self")), true, true);
            } catch (LinuxException older) {
                if (reader.equals("ioctl")) {
                    Console.say("stack-reader=ioctl: " + older.getMessage() + "; measuring by smaps and mincore");
                }
            }
        }
        return new StackReaders(StackSnapshot.ofSelf(), nativeCalls, false);
    }

    /** Opens what measures the calling thread, for the caller to close; null without native access. */
    OwnStack openOwn() {
        if (ioctls) {
            try {
                return OwnStack.byIoctl();
            } catch (LinuxException noDescriptor) {
                Console.say("stacks of ending threads are measured by mincore: " + noDescriptor.getMessage());
            }
        }
        return nativeCalls ? OwnStack.byMincore() : null;
    }
}
