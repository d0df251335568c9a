package io.clonetrace.trace.ebpf;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why the eBPF source can't observe, in one sentence that says what to do. */
final class EbpfRefusal {
    private EbpfRefusal() {}

    static SourceRefusedException of(LinuxException failed) {
        String what = failed.getMessage();
        if (failed.errno() == Errno.EPERM.value() || failed.errno() == Errno.EACCES.value()) {
            boolean verifier = what.contains("the verifier says");
            what += verifier
                    ? ""
                    : "; it needs root, or CAP_BPF, CAP_PERFMON and a tracefs that can be read, and a seccomp filter"
                            + " that lets bpf through; the source ptrace needs less" + seccomp();
        } else if (failed.errno() == Errno.ENOSYS.value()) {
            what += "; this kernel, or a seccomp filter, has no such call";
        } else if (failed.errno() == Errno.EINVAL.value()) {
            what += "; it needs Linux 5.15";
        }
        return new SourceRefusedException(what, failed);
    }

    private static String seccomp() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .anyMatch(line -> line.matches("Seccomp:\\s*2"))
                    ? " (this process is under a seccomp filter)"
                    : "";
        } catch (IOException unreadable) {
            return "";
        }
    }
}
