package io.clonetrace.it.host;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.util.concurrent.CountDownLatch;

/**
 * Threads with stacks of many sizes that wait until stdin ends. Each prints its name, tid, and what glibc says of its
 * stack (pthread_getattr_np(3)): lowest address, size and guard size. Others ended before, whose stacks glibc keeps.
 */
public final class HeldStacks {
    /** Threads that have ended. */
    public static final int ENDED = 5;

    /** Bytes given to Thread's constructor, some more than once; HotSpot rounds odd ones. */
    private static final long[] SIZES = {0, 1, 300_001, 1 << 20, (1 << 20) + 1, 3 << 20, 8 << 20};

    private static final int EACH = 3;
    private static final int DEPTH = 500;

    /** Threads that wait; the last one has overflowed its stack. */
    public static final int HELD = EACH * SIZES.length + 1;

    /** More than sizeof(pthread_attr_t), which is 56 on x86-64 and 64 on aarch64. */
    private static final int ATTRIBUTES = 128;

    private static final NativeLibrary LIBC = NativeLibrary.getInstance("libc.so.6");

    private HeldStacks() {}

    public static void main(String[] arguments) throws Exception {
        for (int i = 0; i < ENDED; i++) {
            Thread thread = new Thread(null, () -> recurse(DEPTH), "ended-" + i, 2 << 20);
            thread.start();
            thread.join();
        }
        CountDownLatch ready = new CountDownLatch(HELD);
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < HELD - 1; i++) {
            int depth = DEPTH * (i % EACH);
            new Thread(null, () -> hold(depth, ready, end), "hold-" + i, SIZES[i / EACH]).start();
        }
        new Thread(null, () -> hold(Integer.MAX_VALUE, ready, end), "hold-overflow", 2 << 20).start();
        ready.await();
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Until stdin is closed.
        }
        end.countDown();
    }

    private static void hold(int depth, CountDownLatch ready, CountDownLatch end) {
        print();
        try {
            recurse(depth);
        } catch (StackOverflowError expected) {
            // It has touched every page down to the guard zone.
        }
        ready.countDown();
        try {
            end.await();
        } catch (InterruptedException ends) {
            // It ends.
        }
    }

    private static int recurse(int depth) {
        return depth == 0 ? 0 : 1 + recurse(depth - 1);
    }

    private static void print() {
        Memory attributes = new Memory(ATTRIBUTES);
        Memory low = new Memory(Long.BYTES);
        Memory size = new Memory(Long.BYTES);
        Memory guard = new Memory(Long.BYTES);
        Pointer self = function("pthread_self").invokePointer(new Object[0]);
        call("pthread_getattr_np", self, attributes);
        call("pthread_attr_getstack", attributes, low, size);
        call("pthread_attr_getguardsize", attributes, guard);
        call("pthread_attr_destroy", attributes);
        int tid = function("gettid").invokeInt(new Object[0]);
        String line = Thread.currentThread().getName() + " " + tid + " " + low.getLong(0) + " " + size.getLong(0) + " "
                + guard.getLong(0);
        synchronized (LIBC) {
            System.out.println(line);
        }
    }

    private static Function function(String name) {
        return LIBC.getFunction(name);
    }

    private static void call(String name, Object... arguments) {
        int error = function(name).invokeInt(arguments);
        if (error != 0) {
            throw new IllegalStateException(name + ": " + error);
        }
    }
}
