package io.clonetrace.explain.evidence;

import java.util.ArrayList;
import java.util.List;

/**
 * Receives what readers find in all inputs. What a text begins again and again, or lists without an end, is bounded.
 */
public final class Documents {
    static final int MOST_THREADS = 200_000;

    private static final int MOST = 1_000;

    private final List<Document> found = new ArrayList<>();
    private long dropped;
    private int threads;

    /**
     * Adds a document as it is begun, and returns it. Beyond {@value #MOST}, it is only counted.
     *
     * @param form which form of its kind: {@code jcmd Thread.print}, {@code ulimit -a of bash}; null if there is but
     *     one
     * @param line by which it was recognised
     */
    public Document begin(DocumentKind kind, String form, TextLine line) {
        Document document = new Document(this, kind, form, line);
        if (found.size() < MOST) {
            found.add(document);
        } else {
            dropped++;
        }
        return document;
    }

    /** In the order in which they begin. */
    public List<Document> all() {
        return found;
    }

    /** How many more there were. */
    public long dropped() {
        return dropped;
    }

    /** Whether one more thread may be kept. */
    boolean keepsThread() {
        return threads++ < MOST_THREADS;
    }
}
