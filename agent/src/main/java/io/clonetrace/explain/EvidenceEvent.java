package io.clonetrace.explain;

import io.clonetrace.report.model.Event;
import io.clonetrace.report.model.StackTrace;
import java.util.Map;

/** What a text says, in the form in which a recording would: so that one set of rules judges both. */
record EvidenceEvent(String type, Map<String, Long> numbers, Map<String, String> texts) implements Event {
    @Override
    public long start() {
        // Texts have no time: all is of one moment.
        return 1;
    }

    @Override
    public String text(String field) {
        return texts.get(field);
    }

    @Override
    public long number(String field) {
        return numbers.getOrDefault(field, ABSENT);
    }

    @Override
    public long time(String field) {
        return ABSENT;
    }

    @Override
    public String className(String field) {
        return null;
    }

    @Override
    public ThreadRef thread(String field) {
        return null;
    }

    @Override
    public ThreadRef eventThread() {
        return null;
    }

    @Override
    public StackTrace stackTrace() {
        return null;
    }
}
