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
 * @param own measures the calling thread; null without native access
 */
public record StackReaders(StackSnapshot snapshot, OwnStack own) {

    /**
     * Probes the kernel.
     *
     * @param reader the option: auto, ioctl, fallback
     * @param nativeCalls whether native code can be used
     */
    public static StackReaders choose(String reader, boolean nativeCalls) {
        StackSnapshot smaps = StackSnapshot.ofSelf();
        if (!nativeCalls) {
            return new StackReaders(smaps, null);
        }
        if (!reader.equals("fallback")) {
            try {
                return new StackReaders(StackSnapshot.byIoctl(Path.of("/proc/self")), OwnStack.byIoctl());
            } catch (LinuxException older) {
                if (reader.equals("ioctl")) {
                    Console.say("stack-reader=ioctl: " + older.getMessage() + "; measuring by smaps and mincore");
                }
            }
        }
        return new StackReaders(smaps, OwnStack.byMincore());
    }
}
