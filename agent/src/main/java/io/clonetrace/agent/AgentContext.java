package io.clonetrace.agent;

import io.clonetrace.agent.host.Console;
import io.clonetrace.agent.limits.ThreadHeadroom;
import io.clonetrace.agent.options.AgentOptions;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.agent.source.StackUnwinding;
import io.clonetrace.agent.stacks.LiveThreads;
import io.clonetrace.agent.stacks.NativeCallers;
import io.clonetrace.agent.starts.HookListeners;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.correlate.CloneLog;
import io.clonetrace.correlate.Correlator;
import io.clonetrace.correlate.JavaCallers;
import io.clonetrace.correlate.NativeStackLog;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.correlate.ThreadOrigin;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.NativeUnavailableException;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.process.Signals;
import io.clonetrace.stack.TaskList;
import io.clonetrace.trace.StackCapture;
import io.clonetrace.unwind.UnwindingThread;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * What a session finds in this JVM, of which its parts are made.
 *
 * @param access null where native code can't be used
 * @param tasks what the correlator knows of this process's tasks; any thread may ask
 * @param clones what becomes of the clones that the correlator has decided
 * @param correlator confined to the session's thread
 * @param unwinding what becomes of the stacks that a source captures
 */
record AgentContext(
        AgentOptions options,
        JfrState jfr,
        NativeAccess access,
        LiveThreads threads,
        ProcessTasks tasks,
        CloneLog clones,
        Correlator correlator,
        StackUnwinding unwinding,
        HookListeners listeners) {

    /** Who made a thread, by the function that it starts in. */
    private record StartRoutineOrigin(NativeAccess access, LiveThreads threads) implements ThreadOrigin {
        @Override
        public Optional<Boolean> madeByHotSpot(CloneCall call) {
            return access == null || call.tls() == CloneCall.UNKNOWN
                    ? Optional.empty()
                    : access.startRoutines()
                            .madeByHotSpot(call.tls(), call.childTidAddress(), call.childTid(), threads::self);
        }

        @Override
        public Optional<Boolean> isHotSpots(long startRoutine) {
            return access == null ? Optional.empty() : access.startRoutines().isHotSpots(startRoutine);
        }
    }

    /** Called by the session's thread; prints what is not available. */
    static AgentContext discover(AgentOptions options, ThreadFields fields, JfrState jfr, HookListeners listeners) {
        NativeAccess access = nativeAccess(fields);
        if (access != null) {
            listeners.use(listeners.context().withAccess(access));
        }
        ProcessTasks tasks = tasks(access);
        LiveThreads threads = new LiveThreads(fields, access, jfr);
        CloneLog clones =
                new CloneLog(new NativeStackLog(callers(fields, access, tasks), jfr::chunkBegan, jfr::chunkEnded));
        return new AgentContext(
                options,
                jfr,
                access,
                threads,
                tasks,
                clones,
                correlator(access, threads, listeners, tasks, clones),
                unwinding(options, access, clones, listeners),
                listeners);
    }

    private static JavaCallers callers(ThreadFields fields, NativeAccess access, ProcessTasks tasks) {
        if (access == null) {
            return JavaCallers.NONE;
        }
        NativeCallers callers = new NativeCallers(fields, access, tasks);
        callers.prepare(access.pid());
        return callers;
    }

    boolean hasNativeAccess() {
        return access != null;
    }

    private static NativeAccess nativeAccess(ThreadFields fields) {
        Thread self = Thread.currentThread();
        try {
            NativeAccess access = NativeAccess.open(() -> fields.eetop(self), () -> eetops(fields));
            access.limitation().ifPresent(Console::say);
            return access;
        } catch (NativeUnavailableException unavailable) {
            Console.say("without native access, so no thread's tid and stack are known: " + unavailable.getMessage());
            return null;
        }
    }

    private static List<LongSupplier> eetops(ThreadFields fields) throws ReflectiveOperationException {
        return fields.live().stream()
                .<LongSupplier>map(thread -> () -> fields.eetop(thread))
                .toList();
    }

    /**
     * By a signal, a tenth of what the look into /proc takes, and it is asked of thousands; glibc has tgkill since
     * 2.30.
     */
    private static IntPredicate lives(NativeAccess access, int pid, TaskList tasks) {
        if (access == null) {
            return tasks::contains;
        }
        try {
            Signals.isThreadOf(pid, pid);
            return tid -> Signals.isThreadOf(pid, tid);
        } catch (LinkageError olderLibC) {
            return tasks::contains;
        }
    }

    private static StackUnwinding unwinding(
            AgentOptions options, NativeAccess access, CloneLog clones, HookListeners listeners) {
        return new StackUnwinding(
                access == null ? StackCapture.Mode.OFF : options.nativeStacks(),
                clones::wantsOrigins,
                address -> access.startRoutines().isHotSpots(address).orElse(false),
                ThreadHeadroom::shortageForUnwinder,
                UnwindingThread::new,
                () -> access.lowerPriority(),
                listeners.suppressed());
    }

    private static ProcessTasks tasks(NativeAccess access) {
        int pid = access == null ? (int) ProcessHandle.current().pid() : access.pid();
        return new ProcessTasks(pid, lives(access, pid, TaskList.ofSelf()));
    }

    private static Correlator correlator(
            NativeAccess access, LiveThreads threads, HookListeners listeners, ProcessTasks known, CloneLog clones) {
        TaskList tasks = TaskList.ofSelf();
        return new Correlator(
                known,
                listeners.pendingStarts(),
                new StartRoutineOrigin(access, threads),
                tid -> tasks.comm(tid).orElse(null),
                clones);
    }
}
