package io.clonetrace.explain.dump;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The content of the object {@code threadDump} (jdk.internal.vm.ThreadDumper; the schema threadDump.schema.json of the
 * module jdk.management): containers, and in each its threads. What else it holds is passed over.
 */
final class JsonThreads implements JsonLexer.Tokens {
    private static final int DEEPEST = 64;

    /** From the outermost: the dump, its containers, one of them, its threads, one of them, its members. */
    private static final int IN_DUMP = 1;

    private static final int IN_CONTAINER = 3;
    private static final int IN_THREAD = 5;
    private static final int IN_THREAD_MEMBER = 6;

    /** A thread's members; null for what it lacks. */
    static final class Thread {
        String tid;
        String name;
        String state;
        boolean virtual;
        /** The outermost frame. */
        String lastFrame;
    }

    /** Receives the threads. */
    interface Receiver {
        void thread(Thread thread);

        /**
         * A container has ended.
         *
         * @param threadCount how many threads it says it has; null if it does not say it
         * @param listed how many it has listed
         */
        void container(String name, String threadCount, long listed);

        /** A member of the dump itself. */
        void dump(String name, String value);
    }

    private final Receiver receiver;
    /** The name of the member in which each open object or array is; empty in an array. */
    private final Deque<String> open = new ArrayDeque<>();

    private String name = "";
    private Thread thread;
    private String container;
    private String threadCount;
    private long listed;
    private boolean ended;
    private int tooDeep;

    JsonThreads(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Whether the object is complete. */
    boolean ended() {
        return ended;
    }

    @Override
    public void begin(boolean object) {
        if (open.size() == DEEPEST) {
            tooDeep++;
            return;
        }
        open.addLast(name);
        name = "";
        if (open.size() == IN_CONTAINER && object) {
            container = null;
            threadCount = null;
            listed = 0;
        } else if (open.size() == IN_THREAD && object && isInThreads()) {
            thread = new Thread();
        }
    }

    @Override
    public void end() {
        if (tooDeep > 0) {
            tooDeep--;
            return;
        }
        if (open.size() == IN_THREAD && thread != null) {
            receiver.thread(thread);
            thread = null;
            listed++;
        } else if (open.size() == IN_CONTAINER) {
            receiver.container(container, threadCount, listed);
        }
        ended |= open.size() <= IN_DUMP;
        open.pollLast();
        name = "";
    }

    @Override
    public void name(String text) {
        name = text;
    }

    @Override
    public void value(String value) {
        switch (open.size()) {
            case IN_DUMP -> receiver.dump(name, value);
            case IN_CONTAINER -> ofContainer(value);
            case IN_THREAD -> ofThread(value);
            case IN_THREAD_MEMBER -> {
                if (thread != null && "stack".equals(open.peekLast())) {
                    thread.lastFrame = value;
                }
            }
            default -> {}
        }
        name = "";
    }

    private boolean isInThreads() {
        return open.stream()
                .skip(IN_CONTAINER)
                .findFirst()
                .filter("threads"::equals)
                .isPresent();
    }

    private void ofContainer(String value) {
        switch (name) {
            case "container" -> container = value;
            case "threadCount" -> threadCount = value;
            default -> {}
        }
    }

    private void ofThread(String value) {
        if (thread == null) {
            return;
        }
        switch (name) {
            case "tid" -> thread.tid = value;
            case "name" -> thread.name = value;
            case "state" -> thread.state = value;
            case "virtual" -> thread.virtual = "true".equals(value);
            default -> {}
        }
    }
}
