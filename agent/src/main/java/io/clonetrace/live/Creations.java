package io.clonetrace.live;

import io.clonetrace.report.model.Application;
import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.NamePattern;
import io.clonetrace.report.model.NativeChain;
import io.clonetrace.report.model.NativeChainIndex;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Creations of threads as events report them: counted, and kept by tid until the thread that they made is seen. What is
 * kept is bounded. Thread-safe.
 */
public final class Creations {
    /** More tids than a machine gives out between two samples. */
    private static final int MOST_KEPT = 100_000;

    /** Call sites and names may be invented without end; further ones are counted together. */
    private static final int MOST_PROVENANCES = 10_000;

    /** A task's start is known to a clock tick, and an event may come by another clock. */
    private static final long UNSHARP_NANOS = 10 * LiveSample.TICK_NANOS;

    private static final String JAVA = "java";
    private static final String JDK = "(the JDK)";
    private static final int LONGEST = 1_000;

    /** Which method takes the events of which type. */
    private static final Map<String, BiConsumer<Creations, Event>> TAKEN = Map.of(
            "clonetrace.ThreadStart", Creations::started,
            "clonetrace.Clone", Creations::cloned,
            "clonetrace.NativeStack", Creations::chainIsKnown,
            "clonetrace.ThreadStack", Creations::measured,
            "clonetrace.ThreadStartFailed", Creations::failed,
            "jdk.ThreadStart", Creations::startedByJdk,
            "jdk.DataLoss", Creations::lost);

    private final boolean follows;
    private final boolean withAgent;
    private final Application application;
    private final NativeChainIndex chains = new NativeChainIndex();
    private final Map<Provenance, Long> created = new HashMap<>();
    private final Map<Integer, Creation> starts = bounded();
    private final Map<Integer, Creation> clones = bounded();
    private final Map<Integer, String> kinds = bounded();
    private final Deque<Unchained> unchained = new ArrayDeque<>();
    private final Map<String, Long> failed = new TreeMap<>();
    private long processes;
    private long refused;
    private long lostBytes;
    private String source;

    /**
     * A clone whose native frames are not known yet: their event comes a second or more after its own.
     *
     * @param chain their id
     * @param at when the event began that has the id
     * @param creation the creation with those frames
     */
    private record Unchained(long chain, long at, Function<Optional<NativeChain>, Creation> creation) {}

    private Creations(boolean follows, boolean withAgent, Application application) {
        this.follows = follows;
        this.withAgent = withAgent;
        this.application = application;
    }

    /** Of a JVM with the agent: the agent's events count. */
    public static Creations byAgent(Application application) {
        return new Creations(true, true, application);
    }

    /** Of a JVM without the agent: flight recording's own events count, which are of Java threads only. */
    public static Creations byJdk(Application application) {
        return new Creations(true, false, application);
    }

    /** Of a JVM that records nothing. */
    public static Creations unknown() {
        return new Creations(false, false, Application.DEFAULT);
    }

    private static <V> Map<Integer, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
                return size() > MOST_KEPT;
            }
        };
    }

    /** Whether events come. */
    boolean follows() {
        return follows;
    }

    /** The types of events that it has a use for. */
    public List<String> types() {
        return TAKEN.keySet().stream()
                .filter(type -> withAgent ? !type.equals("jdk.ThreadStart") : type.startsWith("jdk."))
                .sorted()
                .toList();
    }

    /** Takes in an event. */
    public synchronized void add(Event event) {
        BiConsumer<Creations, Event> taken = TAKEN.get(event.type());
        if (taken != null) {
            taken.accept(this, event);
        }
    }

    private void started(Event event) {
        StackTrace trace = event.stackTrace();
        String loader = text(event, "contextClassLoader");
        Event.ThreadRef creator = event.eventThread();
        Creation creation = new Creation(
                event.start(),
                (int) event.number("childTid"),
                new Provenance(
                        JAVA,
                        site(trace, text(event, "callSite")),
                        NamePattern.of(text(event, "childName")),
                        Provenance.UNKNOWN,
                        loader.isEmpty() ? Provenance.UNKNOWN : loader),
                text(event, "childName"),
                event.number("childId"),
                creator == null ? null : creator.name(),
                trace,
                null,
                null,
                null,
                place(event));
        count(creation.provenance());
        keep(starts, creation);
    }

    private static Optional<Creation.StackPlace> place(Event event) {
        long base = event.number("stackBase");
        long size = event.number("stackSize");
        return base > 0 && size > 0 ? Optional.of(new Creation.StackPlace(base, size)) : Optional.empty();
    }

    private void startedByJdk(Event event) {
        // The hook's frames are on no stack here, so a creator with agent frames is the agent's own.
        if (event.stackTrace() != null && event.stackTrace().isAgents()) {
            return;
        }
        Event.ThreadRef child = event.thread("thread");
        Event.ThreadRef creator = event.thread("parentThread");
        String name = child == null || child.name() == null ? "" : child.name();
        Creation creation = new Creation(
                event.start(),
                child == null ? -1 : (int) child.tid(),
                new Provenance(
                        JAVA,
                        site(event.stackTrace(), ""),
                        NamePattern.of(name),
                        Provenance.UNKNOWN,
                        Provenance.UNKNOWN),
                name,
                child == null ? -1 : child.javaId(),
                creator == null ? null : creator.name(),
                event.stackTrace(),
                null,
                null,
                null,
                Optional.empty());
        count(creation.provenance());
        keep(starts, creation);
    }

    private void cloned(Event event) {
        source = text(event, "source");
        if (!text(event, "error").isEmpty()) {
            refused += Math.max(1, event.number("attempts"));
            return;
        }
        String kind = text(event, "kind");
        if (kind.equals("process")) {
            processes++;
            return;
        }
        Unchained clone = new Unchained(event.number("nativeStackId"), event.start(), creation(event, kind));
        Optional<NativeChain> chain = chains.find(clone.chain, clone.at);
        if (clone.chain < 0 || chain.isPresent() || kind.equals(JAVA) || unchained.size() == MOST_KEPT) {
            settle(clone, chain);
        } else {
            unchained.add(clone);
        }
    }

    /** What is held is copied: the event is another one as soon as the stream goes on. */
    private Function<Optional<NativeChain>, Creation> creation(Event event, String kind) {
        long observed = event.time("observedAt");
        long at = observed < 0 ? event.start() : observed;
        int tid = (int) event.number("childTid");
        long javaId = event.number("childId");
        String name = text(event, "childName");
        String parent = text(event, "parentName");
        String startRoutine = text(event, "startRoutine");
        String flags = text(event, "flagNames");
        String syscall = text(event, "syscall");
        String observer = source;
        return chain -> new Creation(
                at,
                tid,
                provenance(kind, name, chain, startRoutine),
                name,
                javaId,
                parent.isEmpty() ? null : parent,
                chain.map(NativeChain::trace).orElse(null),
                flags,
                syscall,
                observer,
                Optional.empty());
    }

    private void settle(Unchained clone, Optional<NativeChain> chain) {
        Creation creation = clone.creation.apply(chain);
        if (!creation.provenance().kind().equals(JAVA)) {
            count(creation.provenance());
        }
        keep(clones, creation);
    }

    private void chainIsKnown(Event event) {
        chains.add(event);
        unchained.removeIf(clone -> {
            Optional<NativeChain> chain = chains.find(clone.chain, clone.at);
            chain.ifPresent(known -> settle(clone, chain));
            return chain.isPresent();
        });
    }

    private static Provenance provenance(String kind, String name, Optional<NativeChain> chain, String startRoutine) {
        boolean isNative = kind.equals("native");
        Optional<Frame> site = chain.map(NativeChain::site)
                .or(() -> startRoutine.isEmpty()
                        ? Optional.empty()
                        : Optional.of(NativeChain.callSite(NativeChain.nativeFrame(startRoutine))));
        return new Provenance(
                kind.isEmpty() ? Provenance.UNKNOWN : kind,
                isNative
                        ? site.map(Frame::toString).orElse(Provenance.UNKNOWN)
                        : kind.equals("vm") ? "(the VM)" : Provenance.UNKNOWN,
                NamePattern.of(name),
                isNative ? site.map(Frame::type).orElse(Provenance.UNKNOWN) : Provenance.UNKNOWN,
                Provenance.UNKNOWN);
    }

    private void measured(Event event) {
        String kind = text(event, "kind");
        if (!kind.isEmpty()) {
            kinds.put((int) event.number("tid"), kind);
        }
    }

    private void failed(Event event) {
        String limit = text(event, "limit");
        if (failed.size() < MOST_PROVENANCES || failed.containsKey(limit)) {
            failed.merge(limit.isEmpty() ? "an unknown limit" : limit, 1L, Long::sum);
        }
    }

    private void lost(Event event) {
        lostBytes += Math.max(0, event.number("amount"));
    }

    private String site(StackTrace trace, String otherwise) {
        Optional<Frame> site = trace == null ? Optional.empty() : application.site(trace);
        return site.map(Frame::toString).orElse(otherwise.isEmpty() ? JDK : otherwise);
    }

    private static String text(Event event, String field) {
        String text = event.text(field);
        return text == null ? "" : text.substring(0, Math.min(LONGEST, text.length()));
    }

    private void count(Provenance provenance) {
        boolean fits = created.size() < MOST_PROVENANCES || created.containsKey(provenance);
        created.merge(fits ? provenance : Provenance.OTHERS, 1L, Long::sum);
    }

    private static void keep(Map<Integer, Creation> kept, Creation creation) {
        if (creation.tid() > 0) {
            // At the end, so that the oldest goes first.
            kept.remove(creation.tid());
            kept.put(creation.tid(), creation);
        }
    }

    /**
     * Gives each task its creation, if that is known by now.
     *
     * @param now in nanoseconds since the epoch
     */
    synchronized void joinTo(Collection<Task> tasks, long now) {
        unchained.removeIf(clone -> {
            boolean late = now - clone.at > Task.PATIENCE_NANOS;
            if (late) {
                settle(clone, Optional.empty());
            }
            return late;
        });
        for (Task task : tasks) {
            if (task.creation() == null || task.creation().flags() == null) {
                join(task);
            }
            if (task.creation() == null && task.earlier && kinds.containsKey(task.inside)) {
                task.known(null, kinds.get(task.inside), null);
            }
        }
    }

    private void join(Task task) {
        Creation start = since(task, starts);
        Creation clone = since(task, clones);
        if (start != null && clone != null) {
            task.created(start.with(clone));
        } else if (start != null) {
            task.created(start);
        } else if (clone != null && !clone.provenance().kind().equals(JAVA)) {
            task.created(clone);
        }
    }

    /** The creation with the task's tid, unless it is that of an earlier task. */
    private static Creation since(Task task, Map<Integer, Creation> kept) {
        Creation creation = kept.get(task.inside);
        return creation != null && creation.at() >= task.started - UNSHARP_NANOS ? creation : null;
    }

    synchronized Map<Provenance, Long> created() {
        return new HashMap<>(created);
    }

    synchronized long processes() {
        return processes;
    }

    synchronized long refusedClones() {
        return refused;
    }

    synchronized Map<String, Long> failedStarts() {
        return new TreeMap<>(failed);
    }

    /** What observes clones; null if none was seen yet. */
    synchronized String source() {
        return source;
    }

    synchronized List<String> notices() {
        List<String> notices = new ArrayList<>();
        if (lostBytes > 0) {
            notices.add("flight recording lost events: the counts are lower bounds");
        }
        return notices;
    }
}
