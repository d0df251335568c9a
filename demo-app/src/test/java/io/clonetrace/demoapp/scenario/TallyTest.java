package io.clonetrace.demoapp.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TallyTest {

    private final Tally tally = new Tally("name");

    @Test
    void applicationsThreadsAreCounted() {
        tally.threadStarted();
        tally.threadStarted();
        assertEquals("scenario name=name threads=2 processes=0 virtual=0 prefix=name-", tally.line());
    }

    @Test
    void jdksThreadsAreListedByPrefix() {
        tally.jdkThreads("b-");
        tally.jdkThreads("a-");
        tally.jdkThreads("b-");
        tally.processStarted();
        tally.virtualThreadStarted();
        assertEquals("scenario name=name threads=jdk processes=1 virtual=1 prefix=a-,b-", tally.line());
    }

    @Test
    void tallyShowsBothCountAndPrefixes() {
        tally.threadStarted();
        tally.jdkThreads("Thread-");
        assertEquals("scenario name=name threads=1 processes=0 virtual=0 prefix=name- jdk=Thread-", tally.line());
    }
}
