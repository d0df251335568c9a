package io.clonetrace.explain.evidence;

import io.clonetrace.report.model.NamePattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thing that a text holds, such as an hs_err file or a thread dump, and what it says. A reader makes it with the
 * first line that it recognises, and adds to it. What it keeps is bounded: threads beyond
 * {@value Documents#MOST_THREADS} in all inputs are only counted.
 */
public final class Document {
    /** A number that is not stated. */
    public static final long UNKNOWN = -1;

    /** A failure's detail: so many bytes are a guard zone's, of which the text says no more. */
    public static final String GUARD_ZONE_SIZED = "the size of a guard zone";

    /** A failure's detail: the memory was for a thread's stack. */
    public static final String OF_A_STACK = "for a thread's stack (MAP_STACK)";

    private static final int MOST = 1_000;
    private static final int LONGEST = 1_000;

    private final Documents all;
    private DocumentKind kind;
    private String form;
    private final List<SeenThread> threads = new ArrayList<>();
    private final Map<ThreadKind, Long> threadCounts = new EnumMap<>(ThreadKind.class);
    private final List<ThreadTotal> totals = new ArrayList<>();
    private final List<SeenLimit> limits = new ArrayList<>();
    private final List<SeenUse> uses = new ArrayList<>();
    private final Map<Failure.Key, Failure> failures = new LinkedHashMap<>();
    private final Map<SeenCalls.Key, SeenCalls> calls = new LinkedHashMap<>();
    private final Map<Fact.Name, Fact> facts = new EnumMap<>(Fact.Name.class);
    private final List<Gap> gaps = new ArrayList<>();
    private CrashedStack crashed;
    private CrashedStack.Access access;
    private final Place recognised;
    private Place place;
    private Place threadPlace;

    Document(Documents all, DocumentKind kind, String form, TextLine line) {
        this.all = all;
        this.kind = kind;
        this.form = form;
        recognised = line.place();
        place = recognised;
    }

    /** Whether what failed was of a guard zone's size, and the text says no more of it. */
    public static boolean isGuardZoneSized(Failure failure) {
        return failure.detail() != null && failure.detail().endsWith(GUARD_ZONE_SIZED);
    }

    /** Whether memory for a thread's stack could not be had. */
    public static boolean isOfAStack(Failure failure) {
        return OF_A_STACK.equals(failure.detail());
    }

    /** It turns out to be of another kind. */
    public void become(DocumentKind otherKind, String otherForm) {
        kind = otherKind;
        form = otherForm;
    }

    /** The line belongs to it, whether or not it says anything. */
    public void extend(TextLine line) {
        place = place.to(line);
    }

    public void add(SeenThread thread) {
        place = place.to(thread.place().last());
        threadPlace = threadPlace == null
                ? thread.place()
                : threadPlace.to(thread.place().last());
        threadCounts.merge(thread.kind(), 1L, Long::sum);
        if (all.keepsThread()) {
            threads.add(thread);
        }
    }

    public void add(ThreadTotal total) {
        extend(total.place());
        KernelBounds.objection(total)
                .ifPresentOrElse(why -> add(new Gap(why, total.place())), () -> add(totals, total));
    }

    public void add(SeenLimit limit) {
        extend(limit.place());
        KernelBounds.objection(limit)
                .ifPresentOrElse(why -> add(new Gap(why, limit.place())), () -> add(limits, limit));
    }

    public void add(SeenUse use) {
        extend(use.place());
        KernelBounds.objection(use).ifPresentOrElse(why -> add(new Gap(why, use.place())), () -> add(uses, use));
    }

    public void add(Failure failure) {
        extend(failure.place());
        Failure.Key key = failure.key(failure.subject() == null ? null : NamePattern.of(failure.subject()));
        if (failures.size() < MOST || failures.containsKey(key)) {
            failures.merge(key, failure, Failure::and);
        }
    }

    public void add(SeenCalls call) {
        extend(call.place());
        if (calls.size() < MOST || calls.containsKey(call.key())) {
            calls.merge(call.key(), call, SeenCalls::and);
        }
    }

    /** Adds a fact; a later one of the same name does not replace it. */
    public void fact(Fact.Name name, String value, TextLine line) {
        fact(name, value, line.place());
    }

    /** The same, of a place. */
    public void fact(Fact.Name name, String value, Place where) {
        extend(where);
        String shortened = value.length() > LONGEST ? value.substring(0, LONGEST) : value;
        facts.putIfAbsent(name, new Fact(name, shortened.strip(), where));
    }

    /** Adds the stack of the thread that crashed; only the first counts. */
    public void add(CrashedStack stack) {
        extend(stack.place());
        crashed = crashed == null ? stack : crashed;
    }

    /** Adds the access by which that thread crashed. */
    public void add(CrashedStack.Access by) {
        extend(by.place());
        access = access == null ? by : access;
    }

    public void add(Gap gap) {
        extend(gap.place());
        add(gaps, gap);
    }

    private void extend(Place part) {
        place = place.to(part.last());
    }

    private static <T> void add(List<T> list, T item) {
        if (list.size() < MOST) {
            list.add(item);
        }
    }

    public DocumentKind kind() {
        return kind;
    }

    /** Which form of its kind; empty if there is but one. */
    public Optional<String> form() {
        return Optional.ofNullable(form);
    }

    /** The line by which it was recognised. */
    public Place recognised() {
        return recognised;
    }

    /** From its first line to its last. */
    public Place place() {
        return place;
    }

    /** The listed threads, in their order; those that were only counted are missing. */
    public List<SeenThread> threads() {
        return threads;
    }

    /** How many threads of that kind are listed. */
    public long listed(ThreadKind threadKind) {
        return threadCounts.getOrDefault(threadKind, 0L);
    }

    /** The lines of the list of threads; empty if there is none. */
    public Optional<Place> threadPlace() {
        return Optional.ofNullable(threadPlace);
    }

    public List<ThreadTotal> totals() {
        return totals;
    }

    public List<SeenLimit> limits() {
        return limits;
    }

    public List<SeenUse> uses() {
        return uses;
    }

    /** What failed, in the order of the first of each. */
    public Collection<Failure> failures() {
        return failures.values();
    }

    /** Calls that make tasks, in the order of the first of each. */
    public Collection<SeenCalls> calls() {
        return calls.values();
    }

    public Collection<Fact> facts() {
        return facts.values();
    }

    public Optional<Fact> fact(Fact.Name name) {
        return Optional.ofNullable(facts.get(name));
    }

    public Optional<CrashedStack> crashedStack() {
        return Optional.ofNullable(crashed);
    }

    public Optional<CrashedStack.Access> access() {
        return Optional.ofNullable(access);
    }

    public List<Gap> gaps() {
        return gaps;
    }
}
