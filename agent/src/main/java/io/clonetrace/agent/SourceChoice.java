package io.clonetrace.agent;

import io.clonetrace.linux.NativeAccess;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.ebpf.EbpfSource;
import io.clonetrace.trace.ptrace.PtraceProcess;
import io.clonetrace.trace.strace.StraceFile;
import io.clonetrace.trace.strace.StraceProcess;
import io.clonetrace.trace.tracefs.TracefsSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Which sources are tried, in which order, for the option {@code source}. */
final class SourceChoice {
    private SourceChoice() {}

    /**
     * @param jar clonetrace.jar
     * @param access null where native code can't be used
     */
    static List<CloneSource> candidates(AgentOptions.SourceOption option, Path jar, NativeAccess access) {
        if (option.file().isPresent()) {
            return List.of(new StraceFile(option.file().get(), option.patience()));
        }
        LongConsumer allowTracer = pid -> {
            if (access != null) {
                // A kernel without Yama refuses, and has nothing to allow; one with it says no when the tracer
                // attaches.
                access.allowTracer(pid);
            }
        };
        List<CloneSource> candidates = new ArrayList<>();
        if (isOneOf(option, "ebpf")) {
            candidates.add(new EbpfSource((int) ProcessHandle.current().pid(), false));
        }
        if (isOneOf(option, "tracefs")) {
            candidates.add(new TracefsSource((int) ProcessHandle.current().pid(), false));
        }
        if (isOneOf(option, "auto", "ptrace")) {
            candidates.add(new PtraceProcess(jar, allowTracer));
        }
        if (isOneOf(option, "auto", "strace")) {
            candidates.add(new StraceProcess(allowTracer));
        }
        return candidates;
    }

    private static boolean isOneOf(AgentOptions.SourceOption option, String... names) {
        return List.of(names).contains(option.name());
    }
}
