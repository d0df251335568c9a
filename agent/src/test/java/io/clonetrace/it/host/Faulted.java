package io.clonetrace.it.host;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An application that starts threads while the {@link Injector} makes the agent fail in one place after another. */
public final class Faulted {
    /** Places that run once the agent is active: in the creator, in the exiting thread, in the agent's thread. */
    public static final List<String> STAGES = List.of(
            "StartHook.apply",
            "StartHook.started",
            "StartHook.fill",
            "StartHook.hand",
            "PendingStart.getAsLong",
            "PendingStarts.add",
            "PendingStarts.get",
            "PendingStarts.remove",
            "JfrState.wantsThreadStart",
            "JavaThreads.read",
            "JavaThreads.readHeld",
            "ThreadFields.id",
            "ThreadFields.keepsEetop",
            "ExitHook.accept",
            "ExitStackSampler.commit",
            "OwnMemory.borrow",
            "ThreadQueue.offer",
            "ThreadQueue.poll",
            "Correlator.cloned",
            "Correlator.resolve",
            "Correlator.matched",
            "JoinTable.take",
            "CloneLog.accept",
            "Observation.pass",
            "ChildTracerSource.poll",
            "StraceParser.feed",
            "ChildTracerSource.watch",
            "SessionParts.tick",
            "StackSampler.take");

    /** How the hook reads a child where Thread.start is synchronized. */
    private static final Set<String> UNTIL_18 = Set.of("JavaThreads.readHeld");

    /** And where it is not. */
    private static final Set<String> SINCE_19 =
            Set.of("PendingStart.getAsLong", "JavaThreads.read", "OwnMemory.borrow");

    /** What they throw. */
    public static final List<Class<? extends Throwable>> FAULTS =
            List.of(IllegalStateException.class, StackOverflowError.class, OutOfMemoryError.class);

    private static final int THREADS = 3;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private Faulted() {}

    /** Those that run in a JDK of that version. */
    public static List<String> stages(int feature) {
        Set<String> others = feature < 19 ? SINCE_19 : UNTIL_18;
        return STAGES.stream().filter(stage -> !others.contains(stage)).toList();
    }

    /** @param arguments with one, no fault is waited for: there is no agent */
    public static void main(String[] arguments) throws InterruptedException {
        for (String stage : stages(Runtime.version().feature())) {
            for (Class<? extends Throwable> fault : FAULTS) {
                if (arguments.length == 0) {
                    Injector.arm(stage, fault);
                }
                start(stage + " " + fault.getSimpleName());
                long deadline = System.nanoTime() + DEADLINE_NANOS;
                while (arguments.length == 0 && !Injector.hit()) {
                    start("waiting");
                    LockSupport.parkNanos(MOMENT_NANOS);
                    if (System.nanoTime() - deadline > 0) {
                        System.out.println(stage + " was never entered");
                        break;
                    }
                }
            }
        }
        if (arguments.length == 0) {
            Injector.arm("", Error.class);
        }
        start("afterwards");
        System.exit(Starter.STATUS);
    }

    private static void start(String name) throws InterruptedException {
        int[] ran = new int[1];
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> ran[0]++, name);
            thread.start();
            thread.join();
        }
        if (!name.equals("waiting") || ran[0] != THREADS) {
            System.out.println(name + ": " + ran[0] + " ran");
        }
    }
}
