package io.clonetrace.correlate;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.JniName;
import io.clonetrace.clone.NativeFrame;
import io.clonetrace.clone.NativeOrigin;
import io.clonetrace.clone.NativeStack;
import io.clonetrace.correlate.JavaCallers.NativeCall;
import io.clonetrace.event.NativeStackEvent;
import io.clonetrace.event.Recorder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The distinct chains of native frames that made tasks: gives each an id, and commits one {@link NativeStackEvent} for
 * each chain and chunk of a recording, since a recording with a maximum age drops its oldest chunks. Where a chain ends
 * in Java code, it looks for the Java frames while the thread is still in the same native call: at once when the call
 * is seen, because unwinding may take longer than the native call does; whether they belong to it turns out later. If
 * that fails, again once the chain is known. Confined to the agent's own thread.
 */
public final class NativeStackLog {
    /** Chains that are kept; a program's call sites are fewer. */
    static final int MOST = 4_096;

    /** How often the Java frames of a chain are looked for, each time for another call. */
    static final int LOOKS = 16;

    /** How long a chain may take to become known: where nothing is compiled (-Xint), the first take seconds. */
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Calls whose chains are not known yet, and whose Java frames are to be looked for. */
    private static final int MOST_OPEN = 65_536;

    /** For how long a chain's event is held back because its Java frames may still be found. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The rest between two looks, as a multiple of what the last one took: it may stop all Java threads (JDK 17). */
    private static final int REST = 10;

    /** Rest that may be owed: several libraries that are loaded in a row are all looked at. */
    private static final long CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** What a look at once counts at most: on a busy machine it takes long, and the next library is loaded soon. */
    private static final long LONGEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Looks at once that may be in vain, for calls with one start routine: at first, and in each second. */
    static final int VAIN_LOOKS = 16;

    private static final int VAIN_LOOKS_A_SECOND = 8;

    /** For so long after a stack was captured, or the start, others are expected. */
    static final long EXPECTING_NANOS = TimeUnit.SECONDS.toNanos(30);

    private static final int LONGEST_LINE = 1_000;

    /** Compiled when the first native stack is described. */
    private static final class Patterns {
        static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\u2028\u2029]");

        /** What pthread_create and the like lie in, or a loader of libraries: parts of the C and C++ runtime. */
        static final Pattern RUNTIME = Pattern.compile("lib(c|pthread|dl|rt|stdc\\+\\+|c\\+\\+|c\\+\\+abi|gcc_s)"
                + "(-[\\d.]+)?\\.so[.\\d]*( \\(deleted\\))?|ld(-.*|64)?\\.so[.\\d]*( \\(deleted\\))?|\\[.*");
    }

    private final JavaCallers callers;
    private final LongSupplier chunkBegan;
    private final LongSupplier chunkEnded;
    private final Map<NativeStack, Chain> chains = new HashMap<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private final Set<Chain> looking = new LinkedHashSet<>();
    private final Set<Chain> due = new LinkedHashSet<>();
    private final Map<Long, Allowance> looksAtOnce = bounded();
    private final Map<Site, Boolean> looked = bounded();
    private final Map<Integer, Deque<Look>> looks = bounded();
    private final Allowance wakeUps = new Allowance(VAIN_LOOKS, VAIN_LOOKS_A_SECOND);
    private long lastSeen = System.nanoTime();
    private long began;
    private long nextLook = System.nanoTime() - CREDIT_NANOS;
    private long beyond;

    /** One that looks for no Java frames. */
    public NativeStackLog() {
        this(JavaCallers.NONE, () -> 0, () -> 0);
    }

    /**
     * @param chunkBegan System.nanoTime just after the current chunk of a recording began
     * @param chunkEnded System.nanoTime just before the last one ended
     */
    public NativeStackLog(JavaCallers callers, LongSupplier chunkBegan, LongSupplier chunkEnded) {
        this.callers = callers;
        this.chunkBegan = chunkBegan;
        this.chunkEnded = chunkEnded;
    }

    private record Open(CloneCall call, long since) {}

    /**
     * The native call that a thread was in.
     *
     * @param at nanoseconds of the realtime clock, before the thread was looked at
     */
    private record Look(long at, NativeCall call) {
        boolean isAfter(CloneCall clone) {
            return clone.observedAt() != CloneCall.UNKNOWN && at >= clone.observedAt();
        }

        long delay(CloneCall clone) {
            return clone.observedAt() == CloneCall.UNKNOWN ? CloneCall.UNKNOWN : Math.max(0, at - clone.observedAt());
        }
    }

    /**
     * What calls of the same chain have in common, as far as that is known before unwinding. Code that calls native
     * code has one pc for each native method if it is compiled; all of the interpreter's have the same.
     *
     * @param depth from the creator's stack pointer to that of the Java frame; without it, the latter
     */
    private record Site(long startRoutine, long pc, long depth) {}

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST;
            }
        };
    }

    private static final class Chain {
        private final long id;
        private final NativeStack stack;
        private String javaFrames;
        private long javaDelay = CloneCall.UNKNOWN;
        private int looks;
        private CloneCall lookedFor;
        private long lookedForSince;
        private long usedAt;
        private long dueSince;
        private boolean recorded;
        private long recordedAt;

        Chain(long id, NativeStack stack) {
            this.id = id;
            this.stack = stack;
        }

        boolean mayGetJavaFrames() {
            return javaFrames == null && stack.end() == NativeStack.End.JAVA && looks < LOOKS;
        }
    }

    /** Takes in a call whose chain is, or becomes, known: so that its Java frames are looked for in time. */
    void seen(CloneCall call) {
        long now = System.nanoTime();
        NativeOrigin origin = call.origin();
        boolean expected = !origin.isDone() && origin.missing() == null;
        if (expected || origin.stack().isPresent()) {
            lastSeen = now;
        }
        if (!origin.isDone() || origin.stack().isPresent()) {
            open.add(new Open(call, now));
        }
        if (expected) {
            lookAtOnce(call, now);
        } else {
            wakeUps.use();
        }
        if (open.size() > MOST_OPEN) {
            open.remove();
        }
    }

    /** Whether a call whose stack was captured is better seen at once than at the next poll. */
    boolean isPrompt() {
        long now = System.nanoTime();
        return now - lastSeen < EXPECTING_NANOS && wakeUps.has(now);
    }

    /** A look serves all calls that the thread made before it. */
    private void lookAtOnce(CloneCall call, long now) {
        NativeOrigin origin = call.origin();
        Deque<Look> before = looks.get(call.parentTid());
        if (before != null && before.getLast().isAfter(call)) {
            return;
        }
        Allowance allowance = looksAtOnce.computeIfAbsent(
                origin.startRoutineAddress(), key -> new Allowance(VAIN_LOOKS, VAIN_LOOKS_A_SECOND));
        if (now - nextLook < 0 || !allowance.has(now)) {
            wakeUps.use();
            return;
        }
        Site[] site = new Site[1];
        long at = RealtimeClock.now();
        Optional<NativeCall> inside = callers.callOf(call.parentTid(), (stackPointer, pc) -> {
            long depth =
                    origin.stackPointer() == CloneCall.UNKNOWN ? stackPointer : stackPointer - origin.stackPointer();
            site[0] = new Site(origin.startRoutineAddress(), pc, depth);
            return !looked.containsKey(site[0]);
        });
        rest(Math.min(System.nanoTime() - now, LONGEST_LOOK_NANOS));
        if (inside.isEmpty()) {
            allowance.use();
            wakeUps.use();
        } else {
            looked.put(site[0], true);
            keep(call.parentTid(), new Look(at, inside.get()));
        }
    }

    private void keep(int tid, Look look) {
        Deque<Look> ofThread = looks.computeIfAbsent(tid, key -> new ArrayDeque<>(2));
        ofThread.add(look);
        if (ofThread.size() > LOOKS) {
            ofThread.remove();
        }
    }

    private void rest(long lookNanos) {
        long now = System.nanoTime();
        nextLook = Math.max(nextLook - now, -CREDIT_NANOS) + now + REST * lookNanos;
    }

    /** Whether chains of calls seen are not known yet. */
    boolean isWaiting() {
        return !open.isEmpty();
    }

    /** Calls whose chain has no id, because there were too many others before it. */
    long beyond() {
        return beyond;
    }

    /** Whether such a call was seen just now. */
    boolean isHurried() {
        return isWaiting() && System.nanoTime() - open.getLast().since() < PATIENCE_NANOS;
    }

    /** The id of the chain that made a call, whose event is about to be committed; -1 if the chain is not known. */
    long use(CloneCall call) {
        Chain chain = chain(call.origin());
        if (chain == null) {
            beyond += call.origin() != null && call.origin().stack().isPresent() ? 1 : 0;
            return CloneCall.UNKNOWN;
        }
        chain.usedAt = System.nanoTime();
        if (!chain.recorded || chain.recordedAt - chunkBegan.getAsLong() < 0) {
            due(chain);
        }
        return chain.id;
    }

    /** Looks for Java frames, and commits what is due. */
    void tick() {
        long now = System.nanoTime();
        for (Iterator<Open> all = open.iterator(); all.hasNext(); ) {
            Open next = all.next();
            if (next.call().origin().isDone()) {
                all.remove();
                found(next);
            } else if (now - next.since() >= LONGEST_NANOS) {
                all.remove();
            }
        }
        for (Chain chain : List.copyOf(looking)) {
            look(chain, chain.lookedFor);
        }
        repeatInNewChunk();
        List<Chain> ripe = new ArrayList<>();
        for (Chain chain : due) {
            if (!chain.mayGetJavaFrames() || now - chain.dueSince >= PATIENCE_NANOS) {
                ripe.add(chain);
            }
        }
        commit(ripe);
    }

    /** Commits all that is due: a recording ends. */
    void commitAll() {
        repeatInNewChunk();
        commit(List.copyOf(due));
    }

    private Chain chain(NativeOrigin origin) {
        NativeStack stack = origin == null ? null : origin.stack().orElse(null);
        if (stack == null) {
            return null;
        }
        Chain known = chains.get(stack);
        if (known == null && chains.size() < MOST) {
            known = new Chain(chains.size() + 1L, stack);
            chains.put(stack, known);
        }
        return known;
    }

    private void found(Open known) {
        Chain chain = chain(known.call().origin());
        Deque<Look> before = chain == null ? null : looks.get(known.call().parentTid());
        if (before != null) {
            for (Look look : before) {
                if (look.isAfter(known.call())) {
                    accept(chain, known.call(), look);
                }
            }
        }
        look(chain, known.call());
    }

    /** Takes the Java frames if they are those outside the call's native frames. */
    private void accept(Chain chain, CloneCall call, Look look) {
        if (chain.javaFrames == null
                && chain.stack.end() == NativeStack.End.JAVA
                && look.call().stackPointer() == call.origin().javaStackPointer()
                && mayBe(look.call().method(), chain.stack)) {
            chain.javaFrames = lines(look.call().frames());
            chain.javaDelay = look.delay(call);
            if (chain.recorded) {
                // With less than is known now.
                due(chain);
            }
        }
    }

    /**
     * Whether the outermost native function can be that method's: the thread may have left it, and have called another
     * one from the same Java frame.
     */
    private static boolean mayBe(String method, NativeStack stack) {
        List<NativeFrame> frames = stack.frames();
        String outermost =
                frames.isEmpty() ? null : frames.get(frames.size() - 1).function();
        return JniName.method(outermost).map(method::equals).orElse(true);
    }

    private void look(Chain chain, CloneCall call) {
        long pointer = call.origin().javaStackPointer();
        if (chain == null || !chain.mayGetJavaFrames() || pointer == CloneCall.UNKNOWN) {
            return;
        }
        long now = System.nanoTime();
        if (now - nextLook < 0) {
            lookLater(chain, call, now);
            return;
        }
        looking.remove(chain);
        chain.looks++;
        long at = RealtimeClock.now();
        Optional<NativeCall> inside = callers.callOf(call.parentTid(), (stackPointer, pc) -> stackPointer == pointer);
        rest(System.nanoTime() - now);
        inside.ifPresent(found -> accept(chain, call, new Look(at, found)));
    }

    /** The newest call that waits has the best chance. */
    private void lookLater(Chain chain, CloneCall call, long now) {
        if (chain.lookedFor != call) {
            chain.lookedFor = call;
            chain.lookedForSince = now;
        }
        if (now - chain.lookedForSince < PATIENCE_NANOS) {
            looking.add(chain);
        } else {
            looking.remove(chain);
        }
    }

    private void due(Chain chain) {
        if (due.add(chain)) {
            chain.dueSince = System.nanoTime();
        }
    }

    /** What was committed around a chunk's beginning may lie in the chunk before it. */
    private void repeatInNewChunk() {
        long now = chunkBegan.getAsLong();
        if (now == began) {
            return;
        }
        began = now;
        long ended = chunkEnded.getAsLong();
        for (Chain chain : chains.values()) {
            if (chain.recorded && chain.recordedAt - began < 0 && chain.usedAt - ended >= 0) {
                due(chain);
            }
        }
    }

    private void commit(Collection<Chain> chosen) {
        for (Chain chain : chosen) {
            due.remove(chain);
            if (!Recorder.isReady()) {
                continue;
            }
            NativeStackEvent event = new NativeStackEvent();
            if (event.isEnabled()) {
                fill(event, chain);
                event.commit();
                chain.recorded = true;
                chain.recordedAt = System.nanoTime();
            }
        }
    }

    private static void fill(NativeStackEvent event, Chain chain) {
        NativeStack stack = chain.stack;
        event.id = chain.id;
        event.library = library(stack);
        event.frames = lines(stack.frames().stream().map(NativeFrame::text).toList());
        event.complete = stack.isComplete();
        event.reason = stack.reason();
        event.modules = lines(stack.frames().stream()
                .map(frame -> frame.module() + " " + (frame.buildId() == null ? "-" : frame.buildId()))
                .distinct()
                .toList());
        event.javaFrames = chain.javaFrames;
        event.javaDelay = chain.javaDelay;
    }

    /** The innermost library that is not part of the C or C++ runtime; null if there is none. */
    static String library(NativeStack stack) {
        return stack.frames().stream()
                .map(NativeFrame::library)
                .filter(name -> !Patterns.RUNTIME.matcher(name).matches())
                .findFirst()
                .orElse(null);
    }

    private static String lines(List<String> all) {
        return all.stream().map(NativeStackLog::line).collect(Collectors.joining("\n"));
    }

    /** Symbols and class names may hold anything, and be of any length; the end has the offset. */
    static String line(String text) {
        String clean = Patterns.CONTROL.matcher(text).replaceAll("?");
        int end = LONGEST_LINE / 10;
        return clean.length() <= LONGEST_LINE
                ? clean
                : clean.substring(0, LONGEST_LINE - end - 3) + "..." + clean.substring(clean.length() - end);
    }
}
