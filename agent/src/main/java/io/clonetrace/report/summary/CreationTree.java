package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Liveness;
import io.clonetrace.report.model.Origin;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Who created whom: threads in groups, each below the group of the threads that created it. */
public final class CreationTree {
    /** A worker of a pool that makes the next one is not below itself without end. */
    private static final int DEEPEST = 64;

    private final Creators creators;
    private final List<Group> roots;

    /**
     * Threads that are alike and were created by threads that are alike. Those that such threads create themselves are
     * of the same group.
     *
     * @param pattern of their names, as {@link io.clonetrace.report.model.NamePattern} has it; hostile input
     * @param kind the kind's name
     * @param origin the code that created them; empty if it was not recorded
     * @param threads all of them, in no order
     * @param created the groups that they created, the most threads first
     * @param below how many threads are in these and below them
     */
    public record Group(
            String pattern,
            String kind,
            Optional<Origin> origin,
            List<ThreadRow> threads,
            List<Group> created,
            long below) {
        /** How many live, of those of which it is known. */
        public long alive() {
            return threads.stream().filter(row -> row.life() == Liveness.ALIVE).count();
        }
    }

    private record Key(String pattern, String kind, Object site) {
        static Key of(ThreadRow row) {
            return new Key(row.namePattern(), row.kindLabel(), site(row));
        }

        private static Object site(ThreadRow row) {
            Origin origin = row.origin().orElse(null);
            return origin == null ? null : origin.site();
        }

        boolean isOf(ThreadRow row) {
            return pattern.equals(row.namePattern()) && kind.equals(row.kindLabel()) && Objects.equals(site, site(row));
        }
    }

    private CreationTree(Jvm jvm) {
        creators = new Creators(jvm.threads());
        roots = groups(jvm);
    }

    /** Of one JVM. */
    public static CreationTree of(Jvm jvm) {
        return jvm.derived().once(CreationTree.class, () -> new CreationTree(jvm));
    }

    /** The thread that created it; empty if that was not recorded. */
    public Optional<ThreadRow> creator(ThreadRow row) {
        return Optional.ofNullable(creators.of(row));
    }

    /**
     * The groups whose creators were not recorded; the most threads below them first. The VM's own threads are there
     * only if they created others.
     */
    public List<Group> roots() {
        return roots;
    }

    private List<Group> groups(Jvm jvm) {
        Map<ThreadRow, List<ThreadRow>> created = new IdentityHashMap<>();
        List<ThreadRow> first = new ArrayList<>();
        Set<ThreadRow> creating = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ThreadRow row : jvm.threads()) {
            ThreadRow creator = isApplicationsOwn(row) ? creators.of(row) : null;
            if (creator != null) {
                creating.add(creator);
            }
        }
        for (ThreadRow row : jvm.threads()) {
            if (isApplicationsOwn(row) || row.isApplications() && creating.contains(row)) {
                ThreadRow creator = creators.of(row);
                if (creator == null || !creator.isApplications() || !isBefore(creator, row)) {
                    first.add(row);
                } else {
                    created.computeIfAbsent(creator, one -> new ArrayList<>()).add(row);
                }
            }
        }
        return groups(first, created, 0);
    }

    /** Which excludes circles, that could come from ids that are wrong. */
    private static boolean isBefore(ThreadRow creator, ThreadRow created) {
        return creator.started() < created.started()
                || creator.started() == created.started() && creator.tid() < created.tid();
    }

    private static boolean isApplicationsOwn(ThreadRow row) {
        return row.isApplications() && !row.is(TaskKind.VM);
    }

    private List<Group> groups(List<ThreadRow> rows, Map<ThreadRow, List<ThreadRow>> created, int depth) {
        Map<Key, List<ThreadRow>> alike = new LinkedHashMap<>();
        Key last = null;
        List<ThreadRow> lastMembers = List.of();
        for (ThreadRow row : rows) {
            // Many are like the one before.
            if (last == null || !last.isOf(row)) {
                last = Key.of(row);
                lastMembers = alike.computeIfAbsent(last, key -> new ArrayList<>());
            }
            lastMembers.add(row);
        }
        List<Group> groups = new ArrayList<>();
        alike.forEach((key, members) -> {
            List<ThreadRow> all = new ArrayList<>(members);
            List<ThreadRow> below = new ArrayList<>();
            for (int at = 0; at < all.size(); at++) {
                if (creators.mayHave(all.get(at))) {
                    for (ThreadRow row : created.getOrDefault(all.get(at), List.of())) {
                        (key.isOf(row) ? all : below).add(row);
                    }
                }
            }
            List<Group> groupsBelow = depth < DEEPEST ? groups(below, created, depth + 1) : List.of();
            groups.add(new Group(
                    key.pattern,
                    key.kind,
                    members.get(0).origin(),
                    all,
                    groupsBelow,
                    groupsBelow.stream()
                            .mapToLong(group -> group.threads.size() + group.below)
                            .sum()));
        });
        groups.sort(Comparator.comparingLong((Group group) -> group.threads.size() + group.below)
                .reversed()
                .thenComparing(Group::pattern));
        return groups;
    }
}
