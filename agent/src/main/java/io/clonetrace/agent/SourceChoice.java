package io.clonetrace.agent;

import io.clonetrace.linux.NativeAccess;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.strace.StraceFile;
import io.clonetrace.trace.strace.StraceProcess;
import io.clonetrace.trace.tracefs.TracefsSource;
import java.util.List;

/** Which sources are tried, in which order, for the option {@code source}. */
final class SourceChoice {
    private SourceChoice() {}

    /** @param access null where native code can't be used */
    static List<CloneSource> candidates(AgentOptions.SourceOption option, NativeAccess access) {
        if (option.file().isPresent()) {
            return List.of(new StraceFile(option.file().get(), option.patience()));
        }
        return switch (option.name()) {
            case "none" -> List.of();
            case "tracefs" ->
                List.of(new TracefsSource((int) ProcessHandle.current().pid(), false));
            default ->
                List.of(new StraceProcess(pid -> {
                    if (access != null) {
                        // A kernel without Yama refuses, and has nothing to allow; one with it says no when strace
                        // attaches.
                        access.allowTracer(pid);
                    }
                }));
        };
    }
}
