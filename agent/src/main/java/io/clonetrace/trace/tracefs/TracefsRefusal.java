package io.clonetrace.trace.tracefs;

import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.Capability;
import io.clonetrace.linux.proc.Lockdown;
import io.clonetrace.linux.proc.Rights;
import io.clonetrace.trace.AccessDenial;
import io.clonetrace.trace.MissingCapability;
import io.clonetrace.trace.SourceRefusedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Why the tracefs source can't observe, in one sentence that says what to do. */
final class TracefsRefusal {
    private static final String NEEDS = "it takes root (CAP_SYS_ADMIN)";

    private TracefsRefusal() {}

    static SourceRefusedException of(LinuxException failed, Rights rights) {
        return of(failed, rights, Lockdown.here());
    }

    static SourceRefusedException of(LinuxException failed, Rights rights, Lockdown lockdown) {
        if (lockdown.closesTracefs()) {
            return new SourceRefusedException(failed.getMessage() + ": " + AccessDenial.LOCKDOWN, failed);
        }
        String what = failed.getMessage();
        if (!AccessDenial.is(failed)) {
            // ENODEV and ENOSYS: a kernel without tracefs, or without mounts outside the file tree.
            what += failed.errno() == Errno.ENOSYS.value()
                    ? "; mount it, with: mount -t tracefs nodev /sys/kernel/tracing"
                    : "";
        } else {
            what = rights.toAdminister() ? what + AccessDenial.reason(rights) : lack(rights);
        }
        return new SourceRefusedException(what, failed);
    }

    private static String lack(Rights rights) {
        return rights.user() == 0 ? MissingCapability.ofRoot(Capability.CAP_SYS_ADMIN) : NEEDS;
    }

    static SourceRefusedException of(IOException failed, Rights rights) {
        return of(failed, rights, Lockdown.here());
    }

    static SourceRefusedException of(IOException failed, Rights rights, Lockdown lockdown) {
        if (lockdown.closesTracefs()) {
            return new SourceRefusedException(AccessDenial.LOCKDOWN, failed);
        }
        if (failed instanceof AccessDeniedException && !rights.toAdminister()) {
            return new SourceRefusedException(lack(rights), failed);
        }
        return new SourceRefusedException(
                "tracefs can't be used: "
                        + (failed instanceof FileSystemException file
                                ? file.getFile() + ": "
                                        + (file.getReason() == null
                                                ? failed.getClass().getSimpleName()
                                                : file.getReason())
                                : failed.getMessage()),
                failed);
    }
}
