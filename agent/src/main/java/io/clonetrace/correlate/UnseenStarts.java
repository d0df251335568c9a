package io.clonetrace.correlate;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Java threads that lived before the hook was on and whose clone no source showed: nobody saw how they were made.
 * Any thread may ask.
 */
public final class UnseenStarts {
    private final Set<Long> ids = ConcurrentHashMap.newKeySet();

    /** Whether the thread of that Java id is one of them. */
    public boolean has(long id) {
        return ids.contains(id);
    }

    void add(long id) {
        ids.add(id);
    }

    /** It was seen, or it has ended; Java's ids are not used again. */
    public void remove(long id) {
        ids.remove(id);
    }
}
