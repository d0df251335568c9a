package io.clonetrace.agent.stacks;

import io.clonetrace.correlate.JavaCallers;
import io.clonetrace.correlate.ProcessTasks;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.JavaAnchor;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OsThread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The Java frames outside a native call. They are only those of the call in question if the thread has not left it:
 * before and after they are read, HotSpot's anchor of the thread must be where the native frames end, and the innermost
 * Java frame must be a native method. A virtual thread in a native call keeps its carrier, whose own frames end in Java
 * code: so it gets none.
 */
public final class NativeCallers implements JavaCallers {
    private static final int MOST_FRAMES = 256;

    private final ThreadFields fields;
    private final NativeAccess access;
    private final ProcessTasks tasks;

    /** @param tasks tells which Java thread a task is */
    public NativeCallers(ThreadFields fields, NativeAccess access, ProcessTasks tasks) {
        this.fields = fields;
        this.access = access;
        this.tasks = tasks;
    }

    /**
     * Loads the code that a look needs: the first native call that is looked at may take less time than that.
     *
     * @param tid of a thread of this process
     */
    public void prepare(int tid) {
        callOf(tid, (stackPointer, pc) -> false);
    }

    @Override
    public Optional<NativeCall> callOf(int tid, Wanted wanted) {
        try {
            Thread thread = thread(tid);
            JavaAnchor before = thread == null ? null : anchor(thread);
            if (before == null || before.stackPointer() == 0 || !wanted.test(before.stackPointer(), before.pc())) {
                return Optional.empty();
            }
            StackTraceElement[] frames = thread.getStackTrace();
            boolean inside = frames.length > 0 && frames[0].isNativeMethod() && before.equals(anchor(thread));
            return inside ? Optional.of(call(before, frames)) : Optional.empty();
        } catch (ReflectiveOperationException otherJdk) {
            return Optional.empty();
        }
    }

    private static NativeCall call(JavaAnchor anchor, StackTraceElement[] frames) {
        String method = frames[0].getClassName() + "." + frames[0].getMethodName();
        return new NativeCall(method, anchor.stackPointer(), texts(frames));
    }

    private JavaAnchor anchor(Thread thread) {
        return access.javaThreads().anchor(fields.eetop(thread), () -> fields.eetop(thread));
    }

    /** The live Java thread that is that task; null if it is none. */
    private Thread thread(int tid) throws ReflectiveOperationException {
        List<Thread> live = fields.live();
        ProcessTasks.Task task = tasks.get(tid);
        long[] eetops = new long[live.size()];
        for (int i = 0; i < eetops.length; i++) {
            Thread one = live.get(i);
            if (task != null && fields.id(one) == task.id() && isTask(one, tid)) {
                return one;
            }
            eetops[i] = fields.eetop(one);
        }
        OsThread[] os = access.javaThreads().readAll(eetops);
        for (int i = 0; i < os.length; i++) {
            if (os[i] != null && os[i].tid() == tid && isTask(live.get(i), tid)) {
                return live.get(i);
            }
        }
        return null;
    }

    private boolean isTask(Thread thread, int tid) {
        OsThread os = access.javaThreads().read(fields.eetop(thread), () -> fields.eetop(thread));
        return os != null && os.tid() == tid;
    }

    private static List<String> texts(StackTraceElement[] frames) {
        List<String> texts = new ArrayList<>(Arrays.stream(frames)
                .limit(MOST_FRAMES)
                .map(StackTraceElement::toString)
                .toList());
        if (frames.length > MOST_FRAMES) {
            texts.add("... " + (frames.length - MOST_FRAMES) + " more");
        }
        return texts;
    }
}
