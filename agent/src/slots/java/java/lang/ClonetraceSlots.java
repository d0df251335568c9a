package java.lang;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/**
 * What the woven code in {@link Thread} reads: defined into java.base at run time, because code there can see no class
 * of ours. It stays there for ever; a second attach finds it. All slots are null while no agent is on. A later version
 * that needs other slots has to give its class another name.
 */
public final class ClonetraceSlots {
    /**
     * The agent that is on, which takes requests: {@code "detach"}, answered by null or what failed in a line; or a
     * {@code Consumer<Thread>}, which is called in the creator of each thread before {@link Thread#start}, and must
     * neither block nor start a thread. The answer to that is a {@link Runnable} that ends it, or why it is refused, in
     * a line.
     */
    public static final AtomicReference<Function<Object, Object>> agent = new AtomicReference<>();

    /**
     * Before {@code Thread.start}: takes the child, answers what {@link #started} and {@link #failed} are to be given,
     * or null.
     */
    public static volatile Function<Object, Object> starting;

    /** After {@code Thread.start}: takes the answer of {@link #starting} and the child's {@code eetop}. */
    public static volatile ObjLongConsumer<Object> started;

    /** After a {@code Thread.start} that threw: takes the answer of {@link #starting} and the exception. */
    public static volatile BiConsumer<Object, Object> failed;

    /** In a dying thread: takes the thread and its {@code eetop}. */
    public static volatile ObjLongConsumer<Object> exiting;

    /** Virtual threads started. */
    public static volatile LongAdder virtualStarts;

    /**
     * Exceptions that reached the woven code and went no further. Counted by plain bytecode, because a call could
     * overflow the stack that just did; so it may count too few, never none.
     */
    public static volatile long suppressed;

    private ClonetraceSlots() {}
}
