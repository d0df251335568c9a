package io.clonetrace.report.summary;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.report.model.KeyIndex;
import io.clonetrace.report.model.ThreadRow;
import java.util.ArrayList;
import java.util.List;

/** The threads that created others. Few create many, so that these alone are kept by their ids. */
final class Creators {
    private final KeyIndex ids = new KeyIndex();
    private final KeyIndex tids = new KeyIndex();
    /** By the index of the id. */
    private final ThreadRow[] java;

    /** By the index of the tid, those that had it one after another. */
    private final List<List<ThreadRow>> byTid = new ArrayList<>();

    /** Those among these. */
    Creators(List<ThreadRow> rows) {
        for (ThreadRow row : rows) {
            note(row);
        }
        java = new ThreadRow[ids.size()];
        for (int index = 0; index < tids.size(); index++) {
            byTid.add(new ArrayList<>(1));
        }
        for (ThreadRow row : rows) {
            take(row);
        }
    }

    private void note(ThreadRow created) {
        if (created.creatorId() > 0) {
            ids.add(created.creatorId());
        }
        if (created.creatorTid() > 0) {
            tids.add(created.creatorTid());
        }
    }

    private void take(ThreadRow row) {
        int index = ids.find(row.javaId());
        if (index >= 0) {
            java[index] = row;
        }
        int tidIndex = tids.find(row.tid());
        if (tidIndex >= 0) {
            byTid.get(tidIndex).add(row);
        }
    }

    /** Whether that row may be the creator of another. */
    boolean mayHave(ThreadRow row) {
        return ids.find(row.javaId()) >= 0 || tids.find(row.tid()) >= 0;
    }

    /** The thread that created that one; null if that was not recorded. */
    ThreadRow of(ThreadRow created) {
        int index = ids.find(created.creatorId());
        ThreadRow creator = index < 0 ? null : java[index];
        if (creator == null) {
            int tidIndex = tids.find(created.creatorTid());
            creator = tidIndex < 0 ? null : livingWith(byTid.get(tidIndex), created);
        }
        return creator == created ? null : creator;
    }

    /** Of those that had that tid one after another, the one that lived when the thread was created. */
    private static ThreadRow livingWith(List<ThreadRow> sameTid, ThreadRow created) {
        ThreadRow latest = null;
        for (ThreadRow row : sameTid) {
            boolean ended = row.ended() > 0 && row.ended() < created.started() && !row.is(TaskKind.NATIVE);
            if (row != created
                    && row.started() <= created.started()
                    && !ended
                    && (latest == null || row.started() > latest.started())) {
                latest = row;
            }
        }
        return latest;
    }
}
