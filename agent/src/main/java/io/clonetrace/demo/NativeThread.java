package io.clonetrace.demo;

import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.memory.MappedPages;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import java.util.Optional;

/**
 * One thread that runs the demo's machine code, from its clone to the end of its task. What it may be using is unmapped
 * only after its task is gone from /proc/self/task: the end of its function says nothing, since it still needs its
 * stack to exit.
 */
final class NativeThread implements AutoCloseable {
    /** The size of the seed post's stack. */
    private static final long STACK_SIZE = 65_536;

    private final NativeCode code;
    private final ChildBlock block;
    private final MappedPages stack;
    private final long guard = MappedPages.pageSize();
    private boolean mayRun;

    private NativeThread(NativeCode code, ChildBlock block, MappedPages stack) {
        this.code = code;
        this.block = block;
        this.stack = stack;
    }

    /** A thread on a MAP_STACK stack with a guard page. */
    static NativeThread onOwnStack(NativeCode code) throws RefusedException {
        code.require();
        try {
            ChildBlock block = new ChildBlock();
            try {
                return new NativeThread(code, block, MappedPages.stack(MappedPages.pageSize(), STACK_SIZE));
            } catch (LinuxException denied) {
                block.close();
                throw denied;
            }
        } catch (LinuxException denied) {
            throw new RefusedException(denied.getMessage(), denied);
        }
    }

    /** A thread whose stack libc makes. */
    static NativeThread onLibcStack(NativeCode code) throws RefusedException {
        code.require();
        try {
            return new NativeThread(code, new ChildBlock(), null);
        } catch (LinuxException denied) {
            throw new RefusedException(denied.getMessage(), denied);
        }
    }

    ChildBlock block() {
        return block;
    }

    /** The lowest address that the thread may use. */
    long stackLow() {
        return stack.address() + guard;
    }

    long stackTop() {
        return stack.address() + stack.size();
    }

    long stackSize() {
        return STACK_SIZE;
    }

    /** Calls a function that makes the thread, with every signal blocked, so that the child starts like that. */
    long call(long function, long... arguments) {
        block.setFunction(function, arguments);
        code.callMasked(block);
        return block.result();
    }

    /** Waits until the new thread has reported. */
    ChildReport awaitReport() throws RefusedException {
        mayRun = true;
        if (!LiveTask.await(block::reported)) {
            code.release(block);
            throw new RefusedException("its task was made and then never ran");
        }
        return block.report();
    }

    /** Measures the thread while it waits, releases it, and waits until its task is gone. */
    Outcome.Made end(Optional<ChildReport> creator, int parentTid, String note) throws RefusedException {
        ChildReport child = block.report();
        ThreadToMeasure thread = stack == null
                ? ThreadToMeasure.of(child.tid())
                : new ThreadToMeasure(child.tid(), stackTop(), stack.size());
        Optional<StackMeasure> measured;
        try {
            measured = LiveTask.measure(thread);
        } finally {
            code.release(block);
        }
        TaskList tasks = TaskList.ofSelf();
        if (!LiveTask.await(() -> !tasks.contains(child.tid()))) {
            throw new RefusedException("its task doesn't end; what it uses stays mapped");
        }
        mayRun = false;
        return new Outcome.Made(
                parentTid,
                child.tid(),
                stack == null ? StackMeasure.UNKNOWN : stackLow(),
                stack == null ? StackMeasure.UNKNOWN : STACK_SIZE,
                measured,
                Optional.of(child),
                creator,
                note);
    }

    @Override
    public void close() {
        if (mayRun) {
            code.abandon();
            return;
        }
        block.close();
        if (stack != null) {
            stack.close();
        }
    }
}
