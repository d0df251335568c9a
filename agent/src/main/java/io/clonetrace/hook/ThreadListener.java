package io.clonetrace.hook;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;

/**
 * What the woven code in {@code java.lang.Thread} calls: plain JDK interfaces, because code in java.base sees no
 * others, and directly, so that a stack trace has only one frame of ours. The woven code catches and counts what these
 * throw.
 *
 * @param starting called in the creator before {@code Thread.start}: takes the child, returns a token for the next two,
 *     or null
 * @param started called in the creator after {@code Thread.start}: takes the token (if it isn't null) and the child's
 *     {@code eetop}, the {@code JavaThread*}; 0 if the child has ended already
 * @param failed called in the creator if {@code Thread.start} threw: takes the token (if it isn't null) and the
 *     exception
 * @param exiting called in a dying thread, just before it is taken off the VM's list: takes the thread and its
 *     {@code eetop}
 * @param virtualStarts counts the virtual threads that were started
 */
public record ThreadListener(
        Function<Object, Object> starting,
        ObjLongConsumer<Object> started,
        BiConsumer<Object, Object> failed,
        ObjLongConsumer<Object> exiting,
        LongAdder virtualStarts) {}
