package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.TextLine;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The documents of one input's limits, one a form, and of cgroups one each: an output that comes a second time begins
 * another.
 */
final class LimitDocuments {
    private static final int MOST_OPEN = 64;

    private final Documents documents;
    private final Map<String, Document> open = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Document> eldest) {
            return size() > MOST_OPEN;
        }
    };

    LimitDocuments(Documents documents) {
        this.documents = documents;
    }

    /** The document of that form, begun with this line if there is none. */
    Document of(String form, TextLine line) {
        return open.computeIfAbsent(form, absent -> documents.begin(DocumentKind.LIMITS, form, line));
    }

    /** Whether there is one, to which a line that says nothing of threads may belong. */
    boolean has(String form) {
        return open.containsKey(form);
    }

    /** The next line of that form begins another document. */
    void close(String form) {
        open.remove(form);
    }

    /**
     * A line that belongs to the form but says nothing of threads; whether there is a document that it may belong to.
     */
    boolean extend(String form, TextLine line) {
        Document document = open.get(form);
        if (document != null) {
            document.extend(line);
        }
        return document != null;
    }

    void add(String form, LimitName name, long soft, long hard, TextLine line) {
        if (has(form) && of(form, line).limits().stream().anyMatch(seen -> seen.name() == name)) {
            close(form);
        }
        of(form, line).add(new SeenLimit(name, soft, hard, line.place()));
    }

    void use(String form, Resource resource, long amount, boolean peak, TextLine line) {
        boolean again = has(form)
                && of(form, line).uses().stream().anyMatch(seen -> seen.resource() == resource && seen.peak() == peak);
        if (again) {
            close(form);
        }
        of(form, line).add(new SeenUse(resource, amount, false, peak, line.place()));
    }
}
