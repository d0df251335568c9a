package io.clonetrace.trace.ebpf;

import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.trace.AccessDenial;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** Why the eBPF source can't observe, in one sentence that says what to do. */
final class EbpfRefusal {
    private static final String NEEDS = "it takes root, or CAP_BPF, CAP_PERFMON and a tracefs that can be read";

    /** The first kernel with the helper bpf_task_pt_regs. */
    private static final KernelVersion OLDEST = new KernelVersion(5, 15, 0);

    private EbpfRefusal() {}

    /** Checks before any call that a seccomp filter or an audit log would see. */
    static void check(Rights rights) throws SourceRefusedException {
        if (!rights.toTraceByBpf()) {
            throw new SourceRefusedException(NEEDS);
        }
    }

    static SourceRefusedException of(LinuxException failed, Rights rights) {
        String what = failed.getMessage();
        if (AccessDenial.is(failed)) {
            what += what.contains("the verifier says") ? "" : AccessDenial.reason(rights);
        } else if (failed.errno() == Errno.ENOSYS.value()) {
            what += "; this kernel, or a seccomp filter, has no such call";
        } else if (failed.errno() == Errno.EINVAL.value()) {
            what += "; " + KernelVersion.whyRefused(OLDEST);
        }
        return new SourceRefusedException(what, failed);
    }

    static SourceRefusedException ofTracefs(IOException failed) {
        String what = failed instanceof FileSystemException file
                ? file.getFile() + " can't be read" + (file.getReason() == null ? "" : ": " + file.getReason()) + "; "
                        + NEEDS
                : failed.getMessage();
        return new SourceRefusedException("the tracepoint task_newtask: " + what, failed);
    }
}
