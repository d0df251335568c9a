package io.clonetrace.stack;

import com.sun.jna.NativeLibrary;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.ProcmapQuery;
import org.junit.jupiter.api.Assumptions;

/** Mappings of this process that a test makes and asks the kernel for. */
final class OwnMappings {
    private OwnMappings() {}

    static long libc(String function, Object... arguments) {
        return NativeLibrary.getInstance("c").getFunction(function).invokeLong(arguments);
    }

    static ProcmapQuery query() {
        try {
            return new ProcmapQuery("/proc/self");
        } catch (LinuxException unable) {
            return Assumptions.abort("this kernel lacks what Linux 6.11 has: " + unable.getMessage());
        }
    }
}
