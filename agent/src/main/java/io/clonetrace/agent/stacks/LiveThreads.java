package io.clonetrace.agent.stacks;

import io.clonetrace.agent.host.AgentThread;
import io.clonetrace.agent.recording.JfrState;
import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import io.clonetrace.correlate.JavaThread;
import io.clonetrace.hook.ThreadFields;
import io.clonetrace.linux.hotspot.NativeAccess;
import io.clonetrace.linux.hotspot.OsThread;
import io.clonetrace.stack.JavaThreadStack;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The Java threads that are alive now, with their native side. */
public final class LiveThreads {
    private final ThreadFields fields;
    private final NativeAccess access;
    private final JfrState jfr;
    private KnownThreads known = new KnownThreads(new long[0], new long[0], new OsThread[0]);

    /** @param access null where native code can't be used; then no thread's native side is known */
    public LiveThreads(ThreadFields fields, NativeAccess access, JfrState jfr) {
        this.fields = fields;
        this.access = access;
        this.jfr = jfr;
    }

    /**
     * A live thread and its native side.
     *
     * @param eetop its {@code JavaThread*}, which the field holds until the thread ends
     */
    public record Live(Thread thread, long eetop, OsThread os) {}

    /** All of them. Of a thread that the previous call returned, HotSpot's memory is not read again. */
    public synchronized List<Live> all() throws ReflectiveOperationException {
        List<Live> live = new ArrayList<>();
        if (access != null) {
            List<Thread> threads = fields.live();
            long[] ids = new long[threads.size()];
            long[] eetops = new long[ids.length];
            OsThread[] os = read(threads, ids, eetops);
            for (int i = 0; i < os.length; i++) {
                Live one = new Live(threads.get(i), eetops[i], os[i]);
                if (os[i] != null && lives(one)) {
                    live.add(one);
                } else {
                    os[i] = null;
                }
            }
            known = new KnownThreads(ids, eetops, os);
        }
        return live;
    }

    /** About how many there are. */
    int count() {
        try {
            return fields.live().size();
        } catch (ReflectiveOperationException otherJdk) {
            return 0;
        }
    }

    private OsThread[] read(List<Thread> threads, long[] ids, long[] eetops) {
        OsThread[] os = new OsThread[ids.length];
        long[] unknown = new long[ids.length];
        int unknowns = 0;
        for (int i = 0; i < ids.length; i++) {
            ids[i] = fields.id(threads.get(i));
            eetops[i] = fields.eetop(threads.get(i));
            os[i] = known.next(ids[i], eetops[i]);
            if (os[i] == null) {
                unknown[unknowns++] = eetops[i];
            }
        }
        OsThread[] read = access.javaThreads().readAll(Arrays.copyOf(unknown, unknowns));
        int at = 0;
        for (int i = 0; i < os.length; i++) {
            if (os[i] == null) {
                os[i] = read[at++];
            }
        }
        return os;
    }

    public boolean lives(Live live) {
        return fields.eetop(live.thread()) == live.eetop();
    }

    /** The threads in the form in which they are joined with clones that were made before the hook was installed. */
    public List<JavaThread> seen() throws ReflectiveOperationException {
        List<JavaThread> seen = new ArrayList<>();
        for (Live live : all()) {
            seen.add(new JavaThread(
                    new WeakReference<>(live.thread()),
                    fields.id(live.thread()),
                    live.thread().getName(),
                    kind(live.thread()),
                    live.os().tid(),
                    access.tlsIsPthread() ? live.os().pthreadId() : CloneCall.UNKNOWN,
                    System.currentTimeMillis(),
                    null));
        }
        return seen;
    }

    /**
     * Bytes of the stack of a thread that asks for no size, as the calling thread of ours did; without native access
     * HotSpot's own default.
     */
    public long defaultStackSize() {
        OsThread os = self();
        return os == null ? JavaThreadStack.STANDARD : os.stackSize();
    }

    /** The native side of the calling thread; null if it can't be read. */
    public OsThread self() {
        Thread self = Thread.currentThread();
        return access == null ? null : access.javaThreads().read(fields.eetop(self), () -> fields.eetop(self));
    }

    /** Java's id of a thread. */
    public long id(Thread thread) {
        return fields.id(thread);
    }

    /** The VM's and the JDK's own threads are in the group system or below it, but not in the group main. */
    public TaskKind kind(Thread thread) {
        if (thread instanceof AgentThread || jfr.isOursAndStarts(thread)) {
            return TaskKind.AGENT;
        }
        for (ThreadGroup group = thread.getThreadGroup(); group != null; group = group.getParent()) {
            if (group.getName().equals("main")) {
                return TaskKind.JAVA;
            }
        }
        return TaskKind.VM;
    }
}
