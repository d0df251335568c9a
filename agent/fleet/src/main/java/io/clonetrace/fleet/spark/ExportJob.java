package io.clonetrace.fleet.spark;

import io.clonetrace.fleet.export.FoundRecording;
import io.clonetrace.fleet.export.LocalRows;
import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan;
import io.clonetrace.fleet.extract.PartRows;
import io.clonetrace.fleet.table.Partition;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.linux.FileFailure;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.report.read.RecordingChunks;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.executor.CommitDeniedException;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Exports recordings by the executors of a cluster: first each file's chunks, by their headers, then, once the plan is
 * made, part after part. A part's files have the same names whichever executor writes them, and however often: one that
 * dies, or is slow, does no harm.
 */
final class ExportJob {
    /** So many files are listed by one task: most of them take no longer than the task itself. */
    private static final int FILES_A_TASK = 16;

    private final JavaSparkContext spark;
    private final String output;
    private final Broadcast<SerializableConfiguration> hadoop;
    private final Map<String, List<String>> problems = new LinkedHashMap<>();

    ExportJob(JavaSparkContext spark, String output) {
        this.spark = spark;
        this.output = output;
        hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    }

    /**
     * What came of it.
     *
     * @param problems of each file of which some part can't be read
     */
    record Result(PartPlan plan, long rows, Map<String, List<String>> problems) {}

    /** What came of a part. */
    private static final class Done implements Serializable {
        private static final long serialVersionUID = 1;
        private final String file;
        private final long rows;
        private final ArrayList<String> problems;

        Done(String file, long rows, List<String> problems) {
            this.file = file;
            this.rows = rows;
            this.problems = new ArrayList<>(problems);
        }
    }

    /**
     * Exports all of them.
     *
     * @param recordings their names as Hadoop has them, by their names in the tables
     * @param given labels of all
     * @param again whether parts that have been exported are exported again
     */
    Result run(Map<String, String> recordings, Map<String, String> given, boolean again) throws IOException {
        HadoopTables tables = tables();
        tables.open();
        try {
            PartPlan plan = PartPlan.of(listed(recordings), again ? List.of() : tables.exported());
            List<Part> largestFirst = new ArrayList<>(plan.parts());
            largestFirst.sort(Comparator.comparingLong(Part::bytes).reversed());
            List<Work> work = new ArrayList<>();
            for (Part part : largestFirst) {
                work.add(Work.of(part, recordings.get(part.file()), FoundRecording.labels(part.file(), given)));
            }
            long rows = 0;
            if (!work.isEmpty()) {
                String into = output;
                String run = spark.sc().applicationId();
                Broadcast<SerializableConfiguration> conf = hadoop;
                for (Done done : spark.parallelize(work, work.size())
                        .map(one -> export(one, into, run, conf.value().value()))
                        .collect()) {
                    rows += done.rows;
                    done.problems.forEach(problem -> problem(done.file, problem));
                }
            }
            for (String id : plan.superseded()) {
                tables.remove(id);
            }
            writeProblems(tables, plan.files(), recordings.keySet());
            return new Result(plan, rows, problems);
        } finally {
            tables.close();
        }
    }

    private HadoopTables tables() throws IOException {
        return new HadoopTables(output, spark.sc().applicationId(), spark.hadoopConfiguration());
    }

    private List<PartPlan.Recording> listed(Map<String, String> recordings) {
        List<Work> all = new ArrayList<>();
        recordings.forEach((file, path) -> all.add(Work.of(file, path)));
        Broadcast<SerializableConfiguration> conf = hadoop;
        List<PartPlan.Recording> readable = new ArrayList<>();
        for (Work listed : spark.parallelize(all, 1 + all.size() / FILES_A_TASK)
                .map(one -> list(one, conf.value().value()))
                .collect()) {
            if (listed.problem() != null) {
                problem(listed.file(), listed.problem());
                continue;
            }
            readable.add(listed.recording());
            if (listed.recording().chunks().isEmpty()) {
                problem(listed.file(), PartRows.NO_EVENT);
            }
        }
        return readable;
    }

    private void problem(String file, String problem) {
        problems.computeIfAbsent(file, one -> new ArrayList<>()).add(problem);
    }

    /** In an executor. */
    private static Work list(Work file, Configuration hadoop) {
        try (RemoteRecording recording = RemoteRecording.headers(file.path(), hadoop, TemporaryFolder.path())) {
            return file.with(RecordingChunks.of(recording.path(), TemporaryFolder.path()));
        } catch (IOException unreadable) {
            return file.unreadable("can't be read as a recording: " + FileFailure.reading(unreadable));
        }
    }

    /** In an executor. */
    private static Done export(Work work, String output, String run, Configuration hadoop)
            throws IOException, CommitDeniedException {
        Part part = work.part();
        try (RemoteRecording recording =
                        RemoteRecording.chunks(work.path(), hadoop, TemporaryFolder.path(), work.starts());
                LocalRows rows = new LocalRows(part.id())) {
            List<String> problems = rows.read(recording.path(), part, work.labels());
            requireCommit(TaskContext.get());
            new HadoopTables(output, run, hadoop).add(rows.finish(), part);
            return new Done(work.file(), rows.count(), problems);
        }
    }

    /** Of the attempts at a task that run at the same time, Spark lets one write its files. */
    private static void requireCommit(TaskContext task) throws CommitDeniedException {
        boolean granted = SparkEnv.get()
                .outputCommitCoordinator()
                .canCommit(task.stageId(), task.stageAttemptNumber(), task.partitionId(), task.attemptNumber());
        if (!granted) {
            throw new CommitDeniedException(
                    "another attempt writes this part", task.stageId(), task.partitionId(), task.attemptNumber());
        }
    }

    /** A file's problems replace those of an earlier export, if it was read again. */
    private void writeProblems(HadoopTables tables, Set<String> read, Iterable<String> files) throws IOException {
        for (String file : files) {
            List<String> all = problems.getOrDefault(file, Collections.emptyList());
            String name = Part.fileId(file);
            if (!all.isEmpty()) {
                try (LocalRows rows = new LocalRows(name)) {
                    rows.problems(file, all);
                    tables.add(rows.finish(), null);
                }
            } else if (read.contains(file)) {
                tables.removeFile(LocalRows.file(Table.PROBLEM, Partition.UNKNOWN, name));
            }
        }
    }
}
