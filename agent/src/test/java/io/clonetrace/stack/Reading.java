package io.clonetrace.stack;

import io.clonetrace.linux.LinuxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The ways in which a snapshot reads the kernel: all have to say the same. */
enum Reading {
    SMAPS {
        @Override
        StackSnapshot of(Path procDir) {
            return StackSnapshot.of(procDir);
        }
    },
    IOCTL {
        @Override
        StackSnapshot of(Path procDir) {
            try {
                return StackSnapshot.byIoctl(procDir);
            } catch (LinuxException unable) {
                return Assumptions.abort("this kernel lacks what Linux 6.11 has: " + unable.getMessage());
            }
        }
    };

    abstract StackSnapshot of(Path procDir);
}
