package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenUse;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How much is in use of what a limit counts, where no text states the limit. */
final class UseWithoutLimit {
    private UseWithoutLimit() {}

    /** The largest of each such resource: an exact amount rather than a bound, and none that was its highest once. */
    static List<SeenUse> of(List<Document> documents, List<LimitState> limits) {
        return Arrays.stream(Resource.values())
                .filter(resource -> isLimited(resource)
                        && limits.stream().noneMatch(state -> state.name().resource() == resource))
                .map(resource -> largest(documents, resource))
                .flatMap(Optional::stream)
                .toList();
    }

    private static boolean isLimited(Resource resource) {
        return resource != Resource.STACK
                && Arrays.stream(LimitName.values()).anyMatch(name -> name.resource() == resource);
    }

    private static Optional<SeenUse> largest(List<Document> documents, Resource resource) {
        return documents.stream()
                .flatMap(document -> document.uses().stream())
                .filter(use -> use.resource() == resource && !use.peak())
                .max(Comparator.comparing((SeenUse use) -> !use.atLeast()).thenComparingLong(SeenUse::amount));
    }
}
