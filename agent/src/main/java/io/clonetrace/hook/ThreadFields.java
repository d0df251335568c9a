package io.clonetrace.hook;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;

/**
 * Private fields of {@code java.lang.Thread}, read without running code that an application can override. Needs
 * {@link JavaBase#open}.
 */
public final class ThreadFields {
    private final VarHandle eetop;
    private final VarHandle id;
    private final VarHandle holder;
    private final VarHandle stackSize;
    private final Method threads;
    private final boolean startSynchronized;

    /** @throws ReflectiveOperationException if this JDK's Thread is made differently */
    public ThreadFields() throws ReflectiveOperationException {
        MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
        eetop = lookup.findVarHandle(Thread.class, "eetop", long.class);
        id = lookup.findVarHandle(Thread.class, "tid", long.class);
        Class<?> fieldHolder = fieldHolder();
        if (fieldHolder == null) {
            holder = null;
            stackSize = lookup.findVarHandle(Thread.class, "stackSize", long.class);
        } else {
            holder = lookup.findVarHandle(Thread.class, "holder", fieldHolder);
            stackSize = MethodHandles.privateLookupIn(fieldHolder, MethodHandles.lookup())
                    .findVarHandle(fieldHolder, "stackSize", long.class);
        }
        threads = Thread.class.getDeclaredMethod("getThreads");
        threads.setAccessible(true);
        startSynchronized =
                Modifier.isSynchronized(Thread.class.getDeclaredMethod("start").getModifiers());
    }

    /** The {@code JavaThread*}; 0 before the thread has started and after it has ended. */
    public long eetop(Thread thread) {
        return (long) eetop.getVolatile(thread);
    }

    /** Java's id of the thread; {@code Thread.getId} can be overridden on JDK 17. */
    public long id(Thread thread) {
        return (long) id.get(thread);
    }

    /**
     * The stack size in bytes that the constructor was given, 0 for the JVM's default; -1 for a thread that has none
     * (virtual).
     */
    public long requestedStackSize(Thread thread) {
        if (holder == null) {
            return (long) stackSize.get(thread);
        }
        return isVirtual(thread) ? -1 : (long) stackSize.get(holder.get(thread));
    }

    /** Whether it is a virtual thread: no clone made it, and its tid is that of its present carrier. */
    public boolean isVirtual(Thread thread) {
        return holder != null && holder.get(thread) == null;
    }

    /**
     * Whether the calling thread can't lose the {@code JavaThread} behind this thread's {@link #eetop} before it leaves
     * {@code Thread.start}: {@code start} is synchronized (until JDK 18), and the caller is inside. A thread that ends
     * enters the same monitor to clear the field, and frees the {@code JavaThread} later (ensure_join in thread.cpp);
     * {@code Thread.join} depends on that.
     */
    public boolean keepsEetop(Thread thread) {
        return startSynchronized && Thread.holdsLock(thread);
    }

    /** All live platform threads that Java knows, of every thread group. */
    public List<Thread> live() throws ReflectiveOperationException {
        return List.of((Thread[]) threads.invoke(null));
    }

    /** JDK 19 moved the fields that virtual threads don't need into a separate class. */
    private static Class<?> fieldHolder() {
        try {
            return Class.forName("java.lang.Thread$FieldHolder", false, null);
        } catch (ClassNotFoundException olderJdk) {
            return null;
        }
    }
}
