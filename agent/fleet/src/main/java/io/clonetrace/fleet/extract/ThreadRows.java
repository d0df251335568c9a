package io.clonetrace.fleet.extract;

import static io.clonetrace.fleet.extract.Values.known;
import static io.clonetrace.fleet.extract.Values.text;
import static io.clonetrace.fleet.extract.Values.time;

import io.clonetrace.clone.TaskKind;
import io.clonetrace.fleet.extract.ChunkOwners.Module;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.report.model.CloneTable.CloneWay;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.Origin;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.model.StackUse;
import io.clonetrace.report.model.ThreadRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The threads of one JVM in a part, their call sites, and which of them an event is about. */
final class ThreadRows {
    private final Jvm jvm;
    private final String jvmId;
    private final String partId;
    private final Map<String, Module> modules;
    private final Keys keys;
    private final Map<Origin, String> sites = new IdentityHashMap<>();
    private final Set<String> writtenSites = new HashSet<>();
    private final Set<String> ids = new HashSet<>();
    private final Map<Long, String> byJavaId = new HashMap<>();
    private final Map<Integer, List<Task>> byTid = new HashMap<>();

    ThreadRows(Jvm jvm, String jvmId, String partId, Map<String, Module> modules, Keys keys) {
        this.jvm = jvm;
        this.jvmId = jvmId;
        this.partId = partId;
        this.modules = modules;
        this.keys = keys;
    }

    /** A thread that had a tid. */
    private record Task(String threadId, long started) {}

    /** Receives a row. */
    interface Receiver {
        void row(Table table, Object... values) throws IOException;
    }

    void write(Receiver receiver) throws IOException {
        for (ThreadRow row : jvm.threads()) {
            String id = id(row);
            note(row, id);
            Optional<Origin> origin = row.origin();
            String siteId = null;
            if (origin.isPresent()) {
                siteId = sites.get(origin.get());
                if (siteId == null) {
                    siteId = site(origin.get(), receiver);
                    sites.put(origin.get(), siteId);
                }
            }
            receiver.row(Table.THREAD, values(row, id, siteId));
        }
        byTid.values().forEach(tasks -> tasks.sort(Comparator.comparingLong(Task::started)));
    }

    private void note(ThreadRow row, String id) {
        if (row.javaId() > 0 && row.kind().orElse(null) != TaskKind.JAVA) {
            byJavaId.put(row.javaId(), id);
        }
        if (row.tid() > 0) {
            byTid.computeIfAbsent(row.tid(), tid -> new ArrayList<>(1)).add(new Task(id, row.started()));
        }
    }

    /** A Java id is given once in a JVM's life, but for those of its own threads; a tid again and again. */
    private String id(ThreadRow row) {
        String id;
        if (row.javaId() > 0) {
            id = row.kind().orElse(null) == TaskKind.VM
                    ? keys.of(jvmId, "vm", row.javaId(), known(row.started()))
                    : javaThread(row.javaId());
        } else {
            long from = row.started() >= 0 ? row.started() : row.taskStarted();
            id = from > 0 ? keys.of(jvmId, "task", row.tid(), from) : keys.of(jvmId, "task", row.tid(), partId);
        }
        String different = id;
        for (int number = 2; !ids.add(different); number++) {
            different = keys.of(id, number);
        }
        return different;
    }

    private String javaThread(long javaId) {
        return keys.of(jvmId, "java", javaId);
    }

    private Object[] values(ThreadRow row, String id, String siteId) {
        Optional<StackUse> stack = row.stack();
        Optional<CloneWay> way = row.way();
        return new Object[] {
            partId,
            id,
            jvmId,
            row.javaId() > 0 ? (Long) row.javaId() : null,
            row.tid() > 0 ? (Long) (long) row.tid() : null,
            row.kind().map(TaskKind::label).orElse(null),
            text(row.name()),
            text(row.namePattern()),
            text(row.threadClass()),
            row.isCreated(),
            row.isBefore(),
            time(row.started()),
            time(row.ended()),
            row.started() >= 0 && row.ended() > 0 ? known(row.ended() - row.started()) : null,
            switch (row.life()) {
                case ALIVE -> Boolean.TRUE;
                case ENDED -> Boolean.FALSE;
                case NOT_RECORDED -> null;
            },
            siteId,
            row.creatorId() > 0 ? (Long) row.creatorId() : null,
            text(row.creator()),
            row.isCarrier(),
            text(row.contextLoader()),
            text(row.startRoutine()),
            known(row.requestedStack()),
            known(row.reserved()),
            stack.map(use -> known(use.guard())).orElse(null),
            stack.map(use -> known(use.touched())).orElse(null),
            stack.map(use -> known(use.peak())).orElse(null),
            stack.map(use -> known(use.depth())).orElse(null),
            stack.map(use -> known(use.huge())).orElse(null),
            text(way.map(CloneWay::syscall)),
            way.map(one -> known(one.flags())).orElse(null)
        };
    }

    /** The key of the code; its row is written when it comes for the first time. */
    private String site(Origin origin, Receiver receiver) throws IOException {
        boolean nativeCode = origin.isNative();
        Optional<Module> module =
                nativeCode ? Optional.ofNullable(modules.get(origin.site().type())) : Optional.empty();
        String kind = nativeCode ? "native" : "java";
        String callSite = String.valueOf(text(origin.site().toString()));
        String library = nativeCode ? text(origin.site().type()) : text(origin.library());
        Optional<Frame> caller = origin.callers().stream().findFirst();
        String stack = text(origin.trace());
        String path = module.map(one -> text(one.path())).orElse(null);
        String buildId = module.map(one -> text(one.buildId())).orElse(null);
        String id =
                keys.of(kind, callSite, library, text(caller), origin.inherited(), nativeCode ? buildId : null, stack);
        if (writtenSites.add(id)) {
            receiver.row(
                    Table.SITE,
                    partId,
                    id,
                    kind,
                    callSite,
                    library,
                    text(caller),
                    origin.inherited(),
                    path,
                    buildId,
                    stack);
        }
        return id;
    }

    /** The thread that had that Java id, or that tid at that time; null if that is not known. */
    String having(long javaId, int tid, long at) {
        String id = javaId > 0 ? byJavaId.getOrDefault(javaId, javaThread(javaId)) : null;
        // Native code that attached itself again has one row, with its first Java id.
        return id != null && ids.contains(id) ? id : latest(tid, at);
    }

    /** One whose start is not known lived before the others of its tid. */
    private String latest(int tid, long at) {
        String latest = null;
        for (Task task : byTid.getOrDefault(tid, List.of())) {
            if (task.started <= at) {
                latest = task.threadId;
            }
        }
        return latest;
    }
}
