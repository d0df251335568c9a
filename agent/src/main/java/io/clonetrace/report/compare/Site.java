package io.clonetrace.report.compare;

import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.summary.Creator;
import io.clonetrace.report.summary.NameCount;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A call site of one side, and which of the other side it is. Lines move from build to build, so sites are matched by
 * class and method: a site that is alone in its method is the same one on whatever line. Of several in one method, as
 * many on both sides are matched in the order of their lines; else those on the same line are matched, and of what is
 * left, sites that only one side has appeared or are gone.
 *
 * @param kind java or process
 * @param names the most frequent patterns of its threads' names
 */
public record Site(
        String kind, Frame frame, Optional<Frame> library, Optional<Frame> caller, List<String> names, Count count) {
    private static final int MOST_NAMES = 3;

    static Site of(Creator creator, Count count) {
        return new Site(
                creator.kind().label(),
                creator.site(),
                creator.library(),
                creator.caller(),
                creator.names().stream()
                        .limit(MOST_NAMES)
                        .map(NameCount::pattern)
                        .toList(),
                count);
    }

    /**
     * A frame's class and method. What the compilers number, such as lambdas and anonymous classes, has other numbers
     * in another build.
     */
    static String method(Frame frame) {
        if (frame.isNative()) {
            // Without a name there is but an offset, which is another in each build.
            return frame.type().replaceAll("\\d+", "*") + "!" + frame.method();
        }
        return frame.type().replaceFirst("\\$\\$Lambda.*", "\\$\\$Lambda").replaceAll("\\$\\d+", "\\$*") + "."
                + frame.method().replaceAll("\\$\\d+", "\\$*");
    }

    private String code() {
        return kind + " " + method(frame);
    }

    /** Where one side tells callers apart and the other does not, these differ for the same site. */
    private String details() {
        return library.map(Site::method) + " " + caller.map(Site::method);
    }

    private String label() {
        return frame
                + library.map(one -> " through " + one).orElse("")
                + caller.map(one -> " called by " + one).orElse("");
    }

    /** The sites of both sides, what changed most first. */
    static List<CountChange> changes(List<Site> old, List<Site> now) {
        Map<String, List<Site>> oldByCode = byCode(old);
        Map<String, List<Site>> nowByCode = byCode(now);
        List<CountChange> all = new ArrayList<>();
        for (String code : union(oldByCode.keySet(), nowByCode.keySet())) {
            all.addAll(matched(oldByCode.getOrDefault(code, List.of()), nowByCode.getOrDefault(code, List.of())));
        }
        all.sort(CountChange.LARGEST_FIRST);
        return all;
    }

    private static Map<String, List<Site>> byCode(List<Site> sites) {
        Map<String, List<Site>> byCode = new LinkedHashMap<>();
        sites.forEach(site ->
                byCode.computeIfAbsent(site.code(), code -> new ArrayList<>()).add(site));
        return byCode;
    }

    private static Set<String> union(Collection<String> one, Collection<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }

    /** Of one method. */
    private static List<CountChange> matched(List<Site> old, List<Site> now) {
        List<CountChange> all = new ArrayList<>();
        List<Site> oldRest = new ArrayList<>(old);
        List<Site> nowRest = new ArrayList<>(now);
        for (String details : union(
                old.stream().map(Site::details).toList(),
                now.stream().map(Site::details).toList())) {
            List<Site> these = withDetails(old, details);
            List<Site> those = withDetails(now, details);
            boolean inOrder = these.size() == those.size();
            for (int i = 0; i < those.size(); i++) {
                Site site = those.get(i);
                Optional<Site> same = inOrder
                        ? Optional.of(these.get(i))
                        : these.stream()
                                .filter(one -> one.frame.line() == site.frame.line() && oldRest.contains(one))
                                .findFirst();
                if (same.isPresent()) {
                    oldRest.remove(same.get());
                    nowRest.remove(site);
                    all.add(change(List.of(same.get()), List.of(site)));
                }
            }
        }
        if (oldRest.isEmpty() || nowRest.isEmpty()) {
            oldRest.forEach(site -> all.add(change(List.of(site), List.of())));
            nowRest.forEach(site -> all.add(change(List.of(), List.of(site))));
        } else {
            all.add(change(oldRest, nowRest));
        }
        return all;
    }

    private static List<Site> withDetails(List<Site> sites, String details) {
        return sites.stream()
                .filter(site -> site.details().equals(details))
                .sorted(Comparator.comparingLong(site -> site.frame.place()))
                .toList();
    }

    private static CountChange change(List<Site> old, List<Site> now) {
        List<Site> either = now.isEmpty() ? old : now;
        String label = label(either);
        return CountChange.of(
                label,
                old.isEmpty() ? Optional.empty() : Optional.of(label(old)).filter(name -> !name.equals(label)),
                either.get(0).kind,
                either.stream()
                        .flatMap(site -> site.names.stream())
                        .distinct()
                        .limit(MOST_NAMES)
                        .toList(),
                sum(old),
                sum(now));
    }

    private static Optional<Count> sum(List<Site> sites) {
        return sites.stream().map(Site::count).reduce(Count::plus);
    }

    /** Of several, what they share. */
    private static String label(List<Site> sites) {
        if (sites.size() == 1) {
            return sites.get(0).label();
        }
        Set<Frame> frames = new LinkedHashSet<>();
        sites.forEach(site -> frames.add(site.frame));
        Frame first = sites.get(0).frame;
        return frames.size() == 1 ? first.toString() : first.type() + "." + first.method();
    }
}
