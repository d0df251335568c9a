package io.clonetrace.demo;

import io.clonetrace.stack.TaskList;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** A virtual thread (JDK 21): a task of the kernel's carries it, and is made for it only if too few are there. */
record VirtualThreadWay() implements CloneWay {

    @Override
    public String how() {
        return "virtual thread";
    }

    @Override
    public boolean isBare() {
        return false;
    }

    @Override
    public Outcome run(NativeCode code) throws RefusedException, InterruptedException {
        try {
            // By reflection: this is compiled for Java 17.
            Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
            int[] before = TaskList.ofSelf().tids();
            AtomicInteger carrier = new AtomicInteger();
            ((Thread) start.invoke(null, (Runnable) () -> carrier.set(tid(code)))).join();
            boolean isNew = Arrays.binarySearch(before, carrier.get()) < 0;
            return new Outcome.Carried(
                    carrier.get(),
                    isNew,
                    "no clone of its own; it ran on the carrier with tid " + carrier
                            + (isNew ? ", which was made meanwhile" : ", which was there before"));
        } catch (NoSuchMethodException tooOld) {
            throw new RefusedException("not on this Java (" + Runtime.version().feature() + "; JDK 21 brought it)");
        } catch (InvocationTargetException preview) {
            throw new RefusedException("not on this Java: " + preview.getCause(), preview);
        } catch (ReflectiveOperationException | IOException failed) {
            throw new RefusedException(failed.toString(), failed);
        }
    }

    /** Reading /proc may make the JVM start another carrier, so the system call comes first. */
    private static int tid(NativeCode code) {
        return code.callersReport().map(ChildReport::tid).orElseGet(ThreadSelf::tid);
    }
}
