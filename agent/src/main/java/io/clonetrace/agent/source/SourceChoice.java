package io.clonetrace.agent.source;

import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.trace.CloneSource;
import io.clonetrace.trace.SourceKind;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.trace.child.PtraceChildSource;
import io.clonetrace.trace.child.StraceChildSource;
import io.clonetrace.trace.ebpf.EbpfSource;
import io.clonetrace.trace.tracefs.TracefsSource;
import io.clonetrace.trace.wire.TraceFileSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Which sources to try, and in which order, for the option {@code source}: first those that stop no task, and of these
 * first the one that sees most.
 */
public final class SourceChoice {
    private SourceChoice() {}

    /**
     * @param jar clonetrace.jar
     * @param access null if native code can't be used
     * @param capture what native stacks are wanted
     */
    public static List<CloneSource> candidates(
            AgentOptions.SourceOption option, Path jar, NativeAccess access, StackCapture capture) {
        if (option.file().isPresent()) {
            return List.of(new TraceFileSource(option.file().get(), option.patience()));
        }
        LongConsumer allowTracer = tracer -> {
            if (access != null) {
                // A kernel without Yama refuses, but then there is nothing to allow; a kernel with Yama refuses when
                // the tracer attaches.
                access.allowTracer(tracer);
            }
        };
        int pid = access == null ? (int) ProcessHandle.current().pid() : access.pid();
        List<CloneSource> candidates = new ArrayList<>();
        for (SourceKind kind : kinds(option.name())) {
            List<CloneSource> none = List.of();
            candidates.addAll(
                    switch (kind) {
                        case EBPF -> List.of(new EbpfSource(pid, false, capture));
                        case TRACEFS -> List.of(new TracefsSource(pid, false));
                        case PTRACE -> List.of(new PtraceChildSource(jar, capture.mode(), allowTracer));
                        case STRACE -> List.of(new StraceChildSource(allowTracer));
                        case NONE -> none;
                    });
        }
        return candidates;
    }

    private static List<SourceKind> kinds(String name) {
        return name.equals(SourceKind.AUTO)
                ? SourceKind.automatic()
                : SourceKind.named(name).map(List::of).orElse(List.of());
    }
}
