package io.clonetrace.micro;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack.End;
import io.clonetrace.unwind.StackCopy;
import io.clonetrace.unwind.UnwindingThread;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Native stacks, from the copy to the frames. The stack is that of a parked thread: frames of libc and libjvm down to
 * Java's. For x86-64.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UnwindBenchmark {
    private static final int MANY = 128;
    private static final int PID = (int) ProcessHandle.current().pid();
    private static final String NAME = "to be unwound";
    private static final int STACK = 16 << 10;
    private static final int REGISTERS = 17;
    private static final int STACK_POINTER = 7;

    private final Thread parked = new Thread(LockSupport::park, NAME);
    private StackCopy copy;
    private UnwindingThread warm;

    @Setup
    public void takeCopy() throws IOException, InterruptedException {
        parked.setDaemon(true);
        parked.start();
        while (copy == null) {
            Thread.sleep(10);
            try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                for (Path task : tasks.toList()) {
                    // System call, arguments, stack pointer, program counter; fewer while the thread runs.
                    String[] blocked =
                            Files.readString(task.resolve("syscall")).strip().split(" ");
                    if (Files.readString(task.resolve("comm")).strip().equals(NAME) && blocked.length == 9) {
                        copy = copy(Long.decode(blocked[7]), Long.decode(blocked[8]));
                    }
                }
            }
        }
        warm = new UnwindingThread(Thread::new);
        NativeOrigin origin = warm.resolve(PID, CloneCall.UNKNOWN, copy);
        warm.await(TimeUnit.MINUTES.toNanos(1));
        if (origin.stack().orElseThrow().end() != End.JAVA) {
            throw new IllegalStateException("unwound to " + origin.stack());
        }
    }

    private static StackCopy copy(long stackPointer, long programCounter) throws IOException {
        long[] registers = new long[REGISTERS];
        registers[STACK_POINTER] = stackPointer;
        registers[REGISTERS - 1] = programCounter;
        byte[] stack = new byte[STACK];
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "r")) {
            memory.seek(stackPointer);
            memory.readFully(stack);
        }
        return new StackCopy(registers, stack, STACK);
    }

    @TearDown
    public void end() {
        warm.close();
        LockSupport.unpark(parked);
    }

    /** A chain that is known: with the way through the queue. */
    @Benchmark
    @OperationsPerInvocation(MANY)
    public NativeOrigin known() throws InterruptedException {
        NativeOrigin origin = null;
        for (int i = 0; i < MANY; i++) {
            origin = warm.resolve(PID, CloneCall.UNKNOWN, copy);
        }
        warm.await(TimeUnit.MINUTES.toNanos(1));
        return origin;
    }

    /** The first of a process: starting the thread, reading the mappings, opening the files, scanning the symbols. */
    @Benchmark
    public NativeOrigin first() throws InterruptedException {
        try (UnwindingThread cold = new UnwindingThread(Thread::new)) {
            NativeOrigin origin = cold.resolve(PID, CloneCall.UNKNOWN, copy);
            cold.await(TimeUnit.MINUTES.toNanos(1));
            return origin;
        }
    }
}
