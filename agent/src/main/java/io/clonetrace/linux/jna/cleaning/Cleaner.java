package io.clonetrace.linux.jna.cleaning;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands in for {@code com.sun.jna.internal.Cleaner} in our copy of JNA: the build rewrites the name. JNA's own has a
 * thread, which a host would have because of us, and keep. Here, what became unreachable is cleaned in the next call
 * that registers something.
 */
public final class Cleaner {
    private static final Cleaner INSTANCE = new Cleaner();

    private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();
    private final Set<Registered> registered = ConcurrentHashMap.newKeySet();

    private Cleaner() {}

    /** What is called when its object is not needed any more. */
    public interface Cleanable {
        /** Does the task, if it hasn't been done. */
        void clean();
    }

    /** The only one. */
    public static Cleaner getCleaner() {
        return INSTANCE;
    }

    /** Has {@code task} done some time after {@code object} became unreachable, or by {@link Cleanable#clean}. */
    public Cleanable register(Object object, Runnable task) {
        for (Reference<?> gone = unreachable.poll(); gone != null; gone = unreachable.poll()) {
            ((Registered) gone).clean();
        }
        Registered cleanable = new Registered(object, task);
        registered.add(cleanable);
        return cleanable;
    }

    private final class Registered extends PhantomReference<Object> implements Cleanable {
        private final Runnable task;

        Registered(Object object, Runnable task) {
            super(object, unreachable);
            this.task = task;
        }

        @Override
        public void clean() {
            if (registered.remove(this)) {
                task.run();
            }
        }
    }
}
