package io.clonetrace.demoapp.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.demoapp.verdict.Labelled.Mode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CorpusTest {
    @Test
    void everyProgramIsInTheCorpusOnce() {
        Set<String> programs = Stream.of(
                        Overload.class,
                        Leaks.class,
                        ForgottenExecutors.class,
                        Redeploys.class,
                        BeforeAttach.class,
                        Pools.class,
                        Threads.class)
                .flatMap(family -> Stream.of(family.getDeclaredClasses()))
                .filter(Program.class::isAssignableFrom)
                .map(Class::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> listed = Corpus.all().stream()
                .map(one -> one.program().getClass().getName())
                .sorted()
                .toList();
        assertEquals(List.copyOf(programs), listed);
        assertEquals(
                listed.size(),
                Corpus.all().stream().map(Labelled::name).distinct().count());
    }

    @Test
    void outageWhoseStartIsRecordedBlamesItsOwnClass() {
        for (Labelled one : Corpus.all()) {
            if (one.blamed().isEmpty()
                    || one.mode() == Mode.LATE && !one.blamed().startsWith("BeforeAttach")) {
                continue;
            }
            Class<?> program = one.program().getClass();
            assertTrue(
                    Stream.concat(
                                    Stream.of(program),
                                    Stream.concat(
                                            Stream.of(program.getDeclaredClasses()),
                                            Stream.of(
                                                    program.getEnclosingClass().getDeclaredClasses())))
                            .map(Class::getName)
                            .anyMatch(Pattern.compile(one.blamed()).asPredicate()),
                    one::toString);
        }
    }

    @Test
    void lineOfTheListHasFiveFields() {
        for (Labelled one : Corpus.all()) {
            String[] fields = one.line().split("\t", -1);
            assertEquals(5, fields.length);
            assertEquals(one.blamed().isEmpty() ? "healthy" : "outage", fields[1]);
            assertFalse(fields[4].isBlank());
        }
    }

    @Test
    void unknownNameIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> Corpus.named("none"));
    }

    @Test
    void oldLoadersThreadsAreThoseOfItsOwnClass() throws Exception {
        new Redeploys.Deployments().run(new Span(0));
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("housekeeping"))
                .map(Thread::getContextClassLoader)
                .distinct()
                .count();
        assertEquals(3, threads);
    }
}
