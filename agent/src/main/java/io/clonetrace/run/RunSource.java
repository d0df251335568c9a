package io.clonetrace.run;

import io.clonetrace.trace.SourceRefusedException;
import io.clonetrace.trace.strace.StracedCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The sources under which a command can be run; in the order in which {@code auto} tries them. */
public enum RunSource {
    EBPF {
        @Override
        ObservedCommand start(List<String> command) throws SourceRefusedException {
            return WatchedCommand.start(command, pid -> KernelTrace.source("ebpf", pid, true));
        }
    },
    TRACEFS {
        @Override
        ObservedCommand start(List<String> command) throws SourceRefusedException {
            return WatchedCommand.start(command, pid -> KernelTrace.source("tracefs", pid, true));
        }
    },
    PTRACE {
        @Override
        ObservedCommand start(List<String> command) throws SourceRefusedException, InterruptedException {
            return PtracedCommand.start(command);
        }
    },
    STRACE {
        @Override
        ObservedCommand start(List<String> command) throws SourceRefusedException {
            return WatchedCommand.start(command, StracedCommand::new);
        }
    },
    NONE {
        @Override
        ObservedCommand start(List<String> command) throws SourceRefusedException {
            return WatchedCommand.start(command, pid -> new NoSource());
        }
    };

    /** The name, as options have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names, as a message lists them. */
    public static String labels() {
        return Arrays.stream(values()).map(RunSource::label).collect(Collectors.joining(", "));
    }

    /** All that see something. */
    public static List<RunSource> automatic() {
        return Arrays.stream(values()).filter(source -> source != NONE).toList();
    }

    abstract ObservedCommand start(List<String> command) throws SourceRefusedException, InterruptedException;
}
