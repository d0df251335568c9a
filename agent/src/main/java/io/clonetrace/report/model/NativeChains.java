package io.clonetrace.report.model;

import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.TaskKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The chains of native frames that made threads ({@code clonetrace.NativeStack}), by the ids that clones refer to. */
final class NativeChains {
    /** A recording has a handful of chains. */
    private static final int MOST_CHAINS = 10_000;

    /** An agent that comes after another begins to count again. */
    private static final int MOST_AGENTS = 100;

    private final Interner pool;
    private final Map<Long, List<Chain>> chains = new HashMap<>();

    NativeChains(Interner pool) {
        this.pool = pool;
    }

    /** Adds one; each chunk has those that its clones refer to. */
    void add(Event event) {
        List<Chain> sameId = chains.get(event.number("id"));
        if (sameId == null) {
            if (chains.size() >= MOST_CHAINS) {
                return;
            }
            sameId = new ArrayList<>(1);
            chains.put(event.number("id"), sameId);
        }
        String frames = event.text("frames");
        String javaFrames = event.text("javaFrames");
        for (int at = 0; at < sameId.size(); at++) {
            Chain known = sameId.get(at);
            if (Objects.equals(known.frames(), frames)) {
                boolean more = known.chain().javaFrames().isEmpty() && present(javaFrames) != null;
                sameId.set(at, known.seen(event.start(), more ? NativeChain.of(event, pool) : known.chain()));
                return;
            }
        }
        if (sameId.size() < MOST_AGENTS) {
            sameId.add(new Chain(frames, NativeChain.of(event, pool), event.start(), event.start()));
        }
    }

    /** The chain with that id; of several, which agents one after another recorded, that of the nearest time. */
    Optional<NativeChain> find(long id, long at) {
        return chains.getOrDefault(id, List.of()).stream()
                .min(Comparator.comparingLong(one -> one.distance(at)))
                .map(Chain::chain);
    }

    /** Gives a task the chain that made it. */
    void join(ThreadRow row) {
        if (row.nativeStackId() < 0) {
            return;
        }
        find(row.nativeStackId(), row.started()).ifPresent(chain -> {
            row.nativeStack(chain);
            if (row.kind().isEmpty() && isThread(row) && !NativeChain.isHotSpots(chain.site())) {
                row.kind(TaskKind.NATIVE, ThreadRow.Precision.CLONE);
            }
        });
    }

    private static boolean isThread(ThreadRow row) {
        return row.way()
                .filter(way -> way.flagsObserved() && new CloneFlags(way.flags()).has(CloneFlag.CLONE_THREAD))
                .isPresent();
    }

    private static String present(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /**
     * A chain of native frames.
     *
     * @param frames as the event has them
     * @param first when it was first recorded
     * @param last when it was last recorded
     */
    private record Chain(String frames, NativeChain chain, long first, long last) {
        Chain seen(long at, NativeChain best) {
            return new Chain(frames, best, Math.min(first, at), Math.max(last, at));
        }

        long distance(long at) {
            return Math.max(0, Math.max(first - at, at - last));
        }
    }
}
