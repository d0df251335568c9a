package io.clonetrace.report.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.model.StackTrace.Frame;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which call site of a build is which of another build. */
class SiteTest {
    private static final String DAO = "com.acme.Dao";

    private static Frame frame(String type, String method, int line) {
        return new Frame(type, method, line, false);
    }

    private static Site site(String method, int line, long alive) {
        return site(frame(DAO, method, line), Optional.empty(), alive);
    }

    private static Site site(Frame frame, Optional<Frame> caller, long alive) {
        return new Site(
                "java", frame, Optional.empty(), caller, List.of("pool-*"), new Count(alive, alive, false, 1, 1));
    }

    /** A line a change: name, what it was called, what became of it, how many then and now. */
    private static List<String> changes(List<Site> old, List<Site> now) {
        return Site.changes(old, now).stream()
                .map(change -> change.name()
                        + change.oldName().map(name -> " was " + name).orElse("") + " "
                        + change.change().label() + " "
                        + change.old().map(count -> count.alive() + "").orElse("-") + " "
                        + change.now().map(count -> count.alive() + "").orElse("-"))
                .toList();
    }

    @Test
    void siteThatMovedIsTheSame() {
        assertEquals(
                List.of("com.acme.Dao.query:23 was com.acme.Dao.query:17 grew 5 80"),
                changes(List.of(site("query", 17, 5)), List.of(site("query", 23, 80))));
    }

    @Test
    void anotherMethodIsAnotherSite() {
        assertEquals(
                List.of("com.acme.Dao.update:17 appeared - 7", "com.acme.Dao.query:17 gone 5 -"),
                changes(List.of(site("query", 17, 5)), List.of(site("update", 17, 7))));
    }

    @Test
    void asManySitesOfAMethodAreMatchedInOrder() {
        assertEquals(
                List.of(
                        "com.acme.Dao.query:23 was com.acme.Dao.query:20 grew 5 50",
                        "com.acme.Dao.query:20 was com.acme.Dao.query:17 same 8 8"),
                changes(
                        List.of(site("query", 20, 5), site("query", 17, 8)),
                        List.of(site("query", 20, 8), site("query", 23, 50))));
    }

    @Test
    void siteBesideAnotherOfTheMethodAppears() {
        assertEquals(
                List.of("com.acme.Dao.query:30 appeared - 31", "com.acme.Dao.query:17 same 8 8"),
                changes(List.of(site("query", 17, 8)), List.of(site("query", 17, 8), site("query", 30, 31))));
    }

    @Test
    void sitesThatCanNotBeMatchedAreOne() {
        assertEquals(
                List.of("com.acme.Dao.query was com.acme.Dao.query:17 grew 8 39"),
                changes(List.of(site("query", 17, 8)), List.of(site("query", 19, 8), site("query", 32, 31))));
    }

    /** The summary tells callers apart only where they differ. */
    @Test
    void siteWhoseCallersAreToldApartOnOneSideIsOne() {
        Frame query = frame(DAO, "query", 17);
        assertEquals(
                List.of("com.acme.Dao.query:17 grew 4 44"),
                changes(
                        List.of(site(query, Optional.empty(), 4)),
                        List.of(
                                site(query, Optional.of(frame("com.acme.A", "run", 1)), 40),
                                site(query, Optional.of(frame("com.acme.B", "run", 2)), 4))));
    }

    @Test
    void callersThatBothSidesTellApartStayApart() {
        Frame query = frame(DAO, "query", 17);
        Optional<Frame> leaks = Optional.of(frame("com.acme.A", "run", 1));
        Optional<Frame> ends = Optional.of(frame("com.acme.B", "run", 2));
        assertEquals(
                List.of(
                        "com.acme.Dao.query:17 called by com.acme.A.run:1 grew 40 80",
                        "com.acme.Dao.query:17 called by com.acme.B.run:2 same 1 1"),
                changes(
                        List.of(site(query, leaks, 40), site(query, ends, 1)),
                        List.of(site(query, ends, 1), site(query, leaks, 80))));
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Dao, lambda$query$3, com.acme.Dao.lambda$query$*",
        "com.acme.Dao$2, run, com.acme.Dao$*.run",
        "com.acme.Dao$$Lambda$14/0x0000000800c03000, run, com.acme.Dao$$Lambda.run",
        "com.acme.Dao$$Lambda.0x00007f0001003000, run, com.acme.Dao$$Lambda.run",
        "com.acme.Dao$Inner, a$b, com.acme.Dao$Inner.a$b"
    })
    void numbersOfTheCompilerDoNotCount(String type, String method, String expected) {
        assertEquals(expected, Site.method(frame(type, method, 1)));
    }
}
