package io.clonetrace.fleet.extract;

import static io.clonetrace.fleet.extract.Values.known;
import static io.clonetrace.fleet.extract.Values.text;
import static io.clonetrace.fleet.extract.Values.time;

import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.RowSink;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.report.finding.Finding;
import io.clonetrace.report.finding.Rules;
import io.clonetrace.report.model.Jvm;
import io.clonetrace.report.model.SourceStatus;
import io.clonetrace.report.model.StackTrace;
import io.clonetrace.report.model.StackTrace.Frame;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a part of a recording and gives its rows to a sink. What is kept in memory grows with the threads of the part,
 * which {@link Part} bounds, and not with its events. The same part gives the same rows.
 */
public final class PartRows {
    /** The problem of a recording of which there is nothing but headers. */
    public static final String NO_EVENT = "can't be read as a recording: it holds no event";

    /** Where a row of {@link Table#CLONE} has the errno. */
    private static final int ERROR = number(Table.CLONE, "error");

    private static final int ELAPSED = number(Table.LIMIT_SAMPLE, "elapsed");

    private final Part part;
    private final Map<String, String> labels;
    private final RowSink sink;
    private final Keys keys = new Keys();
    private final Map<Table, Long> numbers = new EnumMap<>(Table.class);

    private PartRows(Part part, Map<String, String> labels, RowSink sink) {
        this.part = part;
        this.labels = labels;
        this.sink = sink;
    }

    /**
     * What came of a part.
     *
     * @param events how many were read
     * @param problems what could not be read, each to follow the file's name
     */
    public record Result(long events, List<String> problems) {}

    /**
     * Reads it.
     *
     * @param file the recording, compressed or not
     * @param labels of its JVMs
     * @param temporary where rows wait, and where a chunk may lie, for a moment
     * @throws IOException if a row can't be written; that the recording can't be read is a problem of the result
     */
    public static Result read(Path file, Part part, Map<String, String> labels, Path temporary, RowSink sink)
            throws IOException {
        return new PartRows(part, labels, sink).read(file, temporary);
    }

    private Result read(Path file, Path temporary) throws IOException {
        try (Spool spool = new Spool(temporary)) {
            EventRows events = new EventRows(spool);
            ChunkOwners owners = new ChunkOwners(part.keys(), events);
            RecordingReader reader = new RecordingReader(owners, Progress.NONE, temporary);
            reader.read(List.of(file));
            List<Jvm> jvms = owners.model().build().jvms();
            Map<Jvm, JvmRows> rows = new IdentityHashMap<>();
            for (Jvm jvm : jvms) {
                JvmRows one = new JvmRows(jvm, owners.modules());
                rows.put(jvm, one);
                one.write();
            }
            spool.replay((table, reference, values) -> {
                Optional<Jvm> owner = owners.owner(reference.chunk(), jvms);
                if (owner.isPresent()) {
                    rows.get(owner.get()).write(table, reference, values, events.traces());
                }
            });
            List<String> problems = new ArrayList<>(owners.problems());
            if (jvms.isEmpty() && problems.isEmpty()) {
                problems.add(NO_EVENT);
            }
            return new Result(reader.events(), problems);
        } catch (UncheckedIOException full) {
            throw full.getCause();
        }
    }

    private static int number(Table table, String column) {
        return table.columns().stream().map(Column::name).toList().indexOf(column);
    }

    private long next(Table table) {
        return numbers.merge(table, 1L, Long::sum);
    }

    /** The rows of one JVM in the part. */
    private final class JvmRows {
        private final Jvm jvm;
        private final String host;
        private final String id;
        private final Partition partition;
        private final ThreadRows threads;

        JvmRows(Jvm jvm, Map<String, ChunkOwners.Module> modules) {
            this.jvm = jvm;
            host = text(jvm.name().host().orElse(labels.get("host")));
            boolean known = jvm.name().pid() >= 0 || jvm.name().started() > 0;
            id = known
                    ? keys.of(
                            host,
                            jvm.name().pid(),
                            jvm.name().started(),
                            text(jvm.name().mainClass()))
                    : keys.of("unknown", part.id());
            partition = new Partition(day(jvm.from()), host);
            threads = new ThreadRows(jvm, id, part.id(), modules, keys);
        }

        private LocalDate day(long nanos) {
            return nanos <= 0
                    ? null
                    : LocalDate.ofInstant(Instant.ofEpochSecond(nanos / 1_000_000_000), ZoneOffset.UTC);
        }

        void write() throws IOException {
            identity();
            threads.write((table, values) -> sink.row(table, partition, table.checked(values)));
            for (SourceStatus source : jvm.sources()) {
                row(
                        Table.SOURCE,
                        part.id(),
                        id,
                        String.valueOf(text(source.source())),
                        String.valueOf(text(source.state())),
                        time(source.at()),
                        text(source.reason()),
                        source.isCounted() ? known(source.seen()) : null,
                        source.isCounted() ? known(source.lost()) : null);
            }
            for (Finding finding : Rules.findings(jvm)) {
                row(
                        Table.FINDING,
                        part.id(),
                        next(Table.FINDING),
                        id,
                        finding.rule(),
                        finding.severity().label(),
                        String.valueOf(text(finding.summary())),
                        String.valueOf(text(finding.evidence())),
                        String.valueOf(text(finding.advice())),
                        text(finding.subject().site()),
                        (long) finding.subject().threads().size());
            }
        }

        private void identity() throws IOException {
            row(
                    Table.RECORDING,
                    part.id(),
                    id,
                    String.valueOf(text(part.file())),
                    (long) part.number(),
                    (long) part.of(),
                    (long) part.chunks().size(),
                    part.bytes(),
                    jvm.events(),
                    time(jvm.from()),
                    time(jvm.to()),
                    jvm.from() > 0 ? known(jvm.to() - jvm.from()) : null,
                    jvm.hasAgent(),
                    jvm.coverage().starts(),
                    jvm.coverage().ends(),
                    jvm.coverage().clones(),
                    jvm.counters().lostBytes(),
                    known(jvm.counters().liveJavaThreads()),
                    known(jvm.counters().peakJavaThreads()),
                    known(jvm.counters().virtualThreads()),
                    jvm.records("jdk.VirtualThreadPinned")
                            ? known(jvm.counters().pinned())
                            : null,
                    known(jvm.counters().rss()));
            String mainClass = text(jvm.name().mainClass());
            String service = text(labels.get("service"));
            row(
                    Table.JVM,
                    part.id(),
                    id,
                    host,
                    known(jvm.name().pid()),
                    time(jvm.name().started()),
                    mainClass,
                    service == null ? mainClass : service,
                    text(jvm.version()),
                    text(jvm.system().kernel()),
                    text(jvm.system().libc()),
                    text(jvm.system().distribution()),
                    known(jvm.counters().processors()));
            for (Map.Entry<String, String> label : labels.entrySet()) {
                row(
                        Table.LABEL,
                        part.id(),
                        id,
                        String.valueOf(text(label.getKey())),
                        String.valueOf(text(label.getValue())));
            }
        }

        /** An event's row, with its keys. */
        void write(Table table, Spool.Reference reference, Object[] values, List<StackTrace> traces)
                throws IOException {
            values[0] = part.id();
            values[1] = next(table);
            values[2] = id;
            switch (table) {
                case CLONE, STACK_SAMPLE -> {
                    if (table != Table.CLONE || values[ERROR] == null) {
                        values[3] = threads.having(reference.javaId(), reference.tid(), reference.at());
                    }
                }
                case FAILED_START -> {
                    if (reference.trace() >= 0) {
                        StackTrace trace = traces.get(reference.trace());
                        Optional<Frame> site = jvm.application().site(trace);
                        values[values.length - 2] = text(site);
                        values[values.length - 1] = text(trace);
                    }
                }
                case LIMIT_SAMPLE -> values[ELAPSED] = Math.max(0, reference.at() - jvm.from());
                default -> {}
            }
            row(table, values);
        }

        private void row(Table table, Object... values) throws IOException {
            sink.row(table, partition, table.checked(values));
        }
    }
}
