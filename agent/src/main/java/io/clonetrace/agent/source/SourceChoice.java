package io.clonetrace.agent.source;

import io.clonetrace.agent.limits.RoomAtStart;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.ebpf.EbpfSource;
import io.clonetrace.trace.ptrace.PtraceProcess;
import io.clonetrace.trace.strace.StraceProcess;
import io.clonetrace.trace.tracefs.TracefsSource;
import io.clonetrace.trace.wire.StraceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Which sources are tried, in which order, for the option {@code source}: first those that stop nobody, of them first
 * the one that sees all.
 */
public final class SourceChoice {
    private SourceChoice() {}

    /**
     * @param jar clonetrace.jar
     * @param access null where native code can't be used
     */
    public static List<CloneSource> candidates(AgentOptions.SourceOption option, Path jar, NativeAccess access) {
        if (option.file().isPresent()) {
            return List.of(new StraceFile(option.file().get(), option.patience()));
        }
        LongConsumer allowTracer = tracer -> {
            if (access != null) {
                // A kernel without Yama refuses, and has nothing to allow; one with it says no when the tracer
                // attaches.
                access.allowTracer(tracer);
            }
        };
        int pid = access == null ? (int) ProcessHandle.current().pid() : access.pid();
        List<CloneSource> candidates = new ArrayList<>();
        if (isOneOf(option, "auto", "ebpf")) {
            candidates.add(new SeccompPreflight(jar, new EbpfSource(pid, false), RoomAtStart::missingForRehearsal));
        }
        if (isOneOf(option, "auto", "tracefs")) {
            candidates.add(new SeccompPreflight(jar, new TracefsSource(pid, false), RoomAtStart::missingForRehearsal));
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
