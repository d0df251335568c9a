package io.clonetrace.fleet.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.fleet.sql.Answer;
import io.clonetrace.fleet.sql.FleetDatabase;
import io.clonetrace.fleet.sql.Questions;
import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions about several JVMs and days, on rows that no recording of a test has. */
class QuestionsOnRowsTest {
    private static final LocalDate MONDAY = LocalDate.of(2026, 11, 23);
    private static final long HOUR = 3_600_000_000_000L;
    private static final long MEGA = 1 << 20;

    @TempDir
    static Path tables;

    private static FleetDatabase database;

    @BeforeAll
    static void write() throws IOException {
        try (ExportFolder folder = ExportFolder.create(tables, PartFiles.Format.NDJSON);
                PartFiles files = new JsonFiles(folder, "rows")) {
            jvm(files, MONDAY, "p1", "a", "shop", "glibc 2.36", 1, 10, 2);
            jvm(files, MONDAY, "p2", "b", "shop", "glibc 2.36", 1, 5, 1);
            jvm(files, MONDAY.plusDays(1), "p3", "a", "shop", "glibc 2.36", 1, 40, 2);
            jvm(files, MONDAY.plusDays(1), "p4", "c", "cart", "musl", 2, 23, 1);
            files.finish().forEach((temporary, file) -> {
                try {
                    ExportFolder.rename(temporary, file);
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            });
        }
        database = FleetDatabase.open(tables);
    }

    @AfterAll
    static void close() throws IOException {
        database.close();
    }

    private static void jvm(
            PartFiles files,
            LocalDate day,
            String part,
            String jvm,
            String service,
            String libc,
            long flags,
            int threads,
            long hours)
            throws IOException {
        Partition partition = new Partition(day, "host-" + jvm);
        long ended = day.toEpochDay() * 86_400_000_000L + hours;
        row(
                files,
                partition,
                Table.RECORDING,
                Map.of("part_id", part, "jvm_id", jvm, "duration", hours * HOUR, "ended", ended));
        row(files, partition, Table.JVM, Map.of("part_id", part, "jvm_id", jvm, "service", service, "libc", libc));
        row(files, partition, Table.SITE, Map.of("part_id", part, "site_id", "s", "call_site", "Pool.grow:7"));
        for (long number = 0; number < threads; number++) {
            row(
                    files,
                    partition,
                    Table.THREAD,
                    Map.of(
                            "part_id",
                            part,
                            "jvm_id",
                            jvm,
                            "thread_id",
                            part + number,
                            "kind",
                            "java",
                            "site_id",
                            "s",
                            "created",
                            true,
                            "alive_at_end",
                            true,
                            "stack_reserved",
                            MEGA,
                            "stack_depth",
                            40L << 10));
            row(
                    files,
                    partition,
                    Table.CLONE,
                    Map.of(
                            "part_id",
                            part,
                            "jvm_id",
                            jvm,
                            "kind",
                            "java",
                            "flags",
                            flags,
                            "flag_names",
                            "F" + flags,
                            "clone_number",
                            number));
        }
    }

    /** A row with these values; others are NULL or, where that can't be, something. */
    private static void row(PartFiles files, Partition partition, Table table, Map<String, Object> values)
            throws IOException {
        List<Object> row = new ArrayList<>();
        for (Column column : table.columns()) {
            Object any = column.nullable()
                    ? null
                    : switch (column.type()) {
                        case TEXT -> "";
                        case BOOLEAN -> false;
                        case DOUBLE -> 0.0;
                        case BIGINT, TIMESTAMP -> 0L;
                    };
            row.add(values.getOrDefault(column.name(), any));
        }
        files.row(table, partition, table.checked(row.toArray()));
    }

    private static List<List<Object>> ask(String name, String... columns) throws IOException {
        Answer answer = database.ask(Questions.sql(name));
        return answer.rows().stream()
                .map(row -> List.of(columns).stream()
                        .map(column -> row.get(answer.columns().indexOf(column)))
                        .toList())
                .toList();
    }

    @Test
    void flagsOfMostJvmsAreTheUsualOnes() throws IOException {
        assertEquals(
                List.of(List.of("F2", "musl", 1L, 23L, "F1")),
                ask("unusual-flags", "flag_names", "libc", "jvms", "clones", "usual_flags"));
    }

    @Test
    void onlyAServiceThatWasRecordedOnBothDaysChanges() throws IOException {
        // Monday 15 threads in 3 hours, Tuesday 40 in 2.
        assertEquals(
                List.of(List.of("shop", "Pool.grow:7", 5.0, 20.0, 15.0)),
                ask("changes-between-days", "service", "call_site", "an_hour_before", "an_hour", "change"));
    }

    @Test
    void onlyThreadsThatLiveInTheLastRecordingReserveStacks() throws IOException {
        // Twice 40 KiB and 128 KiB are below the least, 256 KiB. The first recording of a is not its last.
        assertEquals(
                List.of(
                        List.of("shop", 2L, 55L, 45L, 1024L, 40L, 256L, 45 * 0.75),
                        List.of("cart", 1L, 23L, 23L, 1024L, 40L, 256L, 23 * 0.75)),
                ask(
                        "oversized-stacks",
                        "service",
                        "jvms",
                        "measured",
                        "alive",
                        "reserved_kib",
                        "deepest_kib",
                        "fitting_kib",
                        "saved_mib"));
    }
}
