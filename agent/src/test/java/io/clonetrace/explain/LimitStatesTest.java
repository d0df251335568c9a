package io.clonetrace.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitStatesTest {
    private final Documents documents = new Documents();
    private long number;

    private TextLine line() {
        return new TextLine("in", ++number, "");
    }

    private Document begin(DocumentKind kind) {
        return documents.begin(kind, null, line());
    }

    private void limit(Document document, LimitName name, long value) {
        document.add(new SeenLimit(name, value, line().place()));
    }

    private void use(Document document, Resource resource, long amount) {
        document.add(new SeenUse(resource, amount, line().place()));
    }

    private void threads(Document document, int count) {
        for (int i = 0; i < count; i++) {
            document.add(new SeenThread(ThreadKind.JAVA, "t", -1, -1, 1 << 20, null, line().place()));
        }
    }

    private List<LimitState> states() {
        return LimitStates.of(documents.all());
    }

    @Test
    void aCgroupsUseIsItsOwn() {
        Document parent = begin(DocumentKind.LIMITS);
        limit(parent, LimitName.PIDS_MAX, 1_000);
        use(parent, Resource.CGROUP_TASKS, 900);
        Document child = begin(DocumentKind.LIMITS);
        limit(child, LimitName.PIDS_MAX, 53);
        use(child, Resource.CGROUP_TASKS, 7);

        LimitState nearest = states().get(0);
        assertEquals(1_000, nearest.max());
        assertEquals(900, nearest.use().orElseThrow().amount());
        assertEquals(1, states().size());
    }

    @Test
    void theJvmsOwnLimitCountsAndNotAShells() {
        limit(begin(DocumentKind.HS_ERR), LimitName.RLIMIT_NPROC, 4_096);
        limit(begin(DocumentKind.LIMITS), LimitName.RLIMIT_NPROC, 100);

        assertEquals(4_096, states().get(0).max());
    }

    @Test
    void rlimitNprocDoesNotLimitRoot() {
        Document status = begin(DocumentKind.LIMITS);
        limit(status, LimitName.RLIMIT_NPROC, 7);
        threads(status, 7);
        assertTrue(states().get(0).isReached());

        status.fact(Fact.Name.USER, "uid 0", line());
        assertFalse(states().get(0).isReached());
        assertEquals(
                "RLIMIT_NPROC is 7 (in:2), which does not limit root (in:10).", Judgement.numbers(states().get(0)));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 979, false",
        "1000, 980, true",
        "1000, 984, true",
        "100, 83, false",
        "100, 84, true",
        "20, 19, false",
        "20, 20, true"
    })
    void aLimitIsReachedIfNextToNothingIsLeft(long max, long used, boolean reached) {
        Document document = begin(DocumentKind.LIMITS);
        limit(document, LimitName.PIDS_MAX, max);
        use(document, Resource.CGROUP_TASKS, used);

        assertEquals(reached, states().get(0).isReached());
    }

    @Test
    void theThreadsAreALowerBoundOfEachUse() {
        Document document = begin(DocumentKind.HS_ERR);
        threads(document, 5);
        limit(document, LimitName.MAX_MAP_COUNT, 65_530);
        limit(document, LimitName.THREADS_MAX, 100);
        limit(document, LimitName.RLIMIT_AS, 1L << 30);

        List<LimitState> states = states();
        assertEquals(
                List.of(LimitName.THREADS_MAX, LimitName.RLIMIT_AS, LimitName.MAX_MAP_COUNT),
                states.stream().map(LimitState::name).toList());
        assertEquals(
                List.of(5L, 5L << 20, 10L),
                states.stream().map(state -> state.use().orElseThrow().amount()).toList());
        assertTrue(states.stream().allMatch(state -> state.use().orElseThrow().atLeast()));
    }

    /** The limits of an engineer's own shell beside a dump of another process, for instance. */
    @Test
    void aLimitBelowTheThreadsOfTheProcessIsNotTheOneThatApplied() {
        limit(begin(DocumentKind.LIMITS), LimitName.RLIMIT_NPROC, 10);
        threads(begin(DocumentKind.THREAD_DUMP), 100);

        LimitState state = states().get(0);
        assertFalse(state.isReached());
        assertEquals(0, state.share());
        assertEquals(
                "RLIMIT_NPROC is 10 (in:2), but at least 100 are in use by this process's threads (in:4-103): the process"
                        + " has another limit, this one was lowered since, or it does not apply.",
                Judgement.numbers(state));
    }

    @Test
    void theThreadsOfAnotherProcessAreNoUse() {
        Document one = begin(DocumentKind.HS_ERR);
        one.fact(Fact.Name.PID, "1", line());
        limit(one, LimitName.RLIMIT_NPROC, 60);
        threads(one, 59);
        Document other = begin(DocumentKind.HS_ERR);
        other.fact(Fact.Name.PID, "2", line());
        limit(other, LimitName.RLIMIT_NPROC, 90_000);
        threads(other, 78);

        assertEquals(60, states().get(0).max());
        assertEquals(59, states().get(0).use().orElseThrow().amount());
        assertTrue(states().get(0).isReached());
    }

    /** Documentation of pids.max: it may be set below what is in use, and then no task can be made. */
    @Test
    void aCgroupMayHoldMoreTasksThanItsLimit() {
        Document cgroup = begin(DocumentKind.LIMITS);
        limit(cgroup, LimitName.PIDS_MAX, 100);
        use(cgroup, Resource.CGROUP_TASKS, 5_000);

        assertTrue(states().get(0).isReached());
        assertEquals(
                "pids.max: 5,000 of 100, all in use (in:3, 2): it was lowered below its use, or tasks were moved into the"
                        + " cgroup.",
                Judgement.numbers(states().get(0)));
    }

    @Test
    void aLimitOfZeroIsInUse() {
        Document cgroup = begin(DocumentKind.LIMITS);
        limit(cgroup, LimitName.MEMORY_MAX, 0);
        use(cgroup, Resource.CGROUP_MEMORY, 954L << 30);

        assertEquals("memory.max: 954 GiB of 0 B, all in use (in:3, 2).", Judgement.numbers(states().get(0)));
    }

    @Test
    void anExactNumberIsBetterThanABound() {
        Document document = begin(DocumentKind.HS_ERR);
        limit(document, LimitName.MAX_MAP_COUNT, 65_530);
        document.add(new SeenUse(Resource.MAPPINGS, 500, true, false, line().place()));
        use(document, Resource.MAPPINGS, 400);

        assertEquals(400, states().get(0).use().orElseThrow().amount());
    }
}
