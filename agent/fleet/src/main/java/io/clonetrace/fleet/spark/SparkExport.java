package io.clonetrace.fleet.spark;

import io.clonetrace.cli.output.ErrorLine;
import io.clonetrace.fleet.export.ExportSummary;
import io.clonetrace.report.read.RecordingFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spark-submit --class io.clonetrace.fleet.spark.SparkExport clonetrace-fleet.jar INPUT... OUTPUT}. */
@Command(
        name = "spark-submit --class io.clonetrace.fleet.spark.SparkExport clonetrace-fleet.jar",
        description =
                "Exports recordings as tables, by Spark's executors: the same files as those of clonetrace export.",
        mixinStandardHelpOptions = true)
public final class SparkExport implements Callable<Integer> {
    private static final double SECOND = 1e9;
    private static final String LOCAL = "file";

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "2..*",
            paramLabel = "PATH",
            description = "Recordings, or folders of them, and last the folder of the tables: on any file system that"
                    + " Hadoop knows; a path without a scheme is of the default one (fs.defaultFS).")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "A label of all JVMs; a folder KEY=VALUE in a recording's path is one of that recording's.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(names = "--again", description = "Export parts again that are in the tables.")
    private boolean again;

    /**
     * Runs the job.
     *
     * @throws SparkUserAppException if it failed or was used wrongly, after the line that says why. Spark makes that
     *     its exit status; a driver that other programs share goes on
     */
    public static void main(String[] arguments) throws SparkUserAppException {
        CommandLine line = new CommandLine(new SparkExport());
        ErrorLine.install(line);
        int status = line.execute(arguments);
        if (status != 0) {
            throw new SparkUserAppException(status, null);
        }
    }

    @Override
    public Integer call() throws IOException {
        long began = System.nanoTime();
        try (JavaSparkContext spark =
                new JavaSparkContext(new SparkConf().setIfMissing("spark.app.name", "clonetrace"))) {
            String output = paths.get(paths.size() - 1);
            Map<String, String> recordings = new LinkedHashMap<>();
            for (String input : paths.subList(0, paths.size() - 1)) {
                find(input, spark.hadoopConfiguration(), recordings);
            }
            ExportJob.Result result = new ExportJob(spark, output).run(recordings, labels, again);
            ExportSummary.print(
                    recordings.size(),
                    result.plan(),
                    result.problems(),
                    result.rows(),
                    (System.nanoTime() - began) / SECOND,
                    output,
                    spec.commandLine().getErr());
        }
        return 0;
    }

    /** By their names in the tables: those of local files are as {@code clonetrace export} has them. */
    private static void find(String input, Configuration hadoop, Map<String, String> into) throws IOException {
        Path path = new Path(input);
        FileSystem files = path.getFileSystem(hadoop);
        if (!files.getFileStatus(path).isDirectory()) {
            into.put(name(files.makeQualified(path)), files.makeQualified(path).toString());
            return;
        }
        List<Path> found = new ArrayList<>();
        RemoteIterator<LocatedFileStatus> all = files.listFiles(path, true);
        while (all.hasNext()) {
            Path file = all.next().getPath();
            if (RecordingFiles.isName(file.getName())) {
                found.add(file);
            }
        }
        if (found.isEmpty()) {
            throw new IOException(input + " holds no recording: no file in it ends in .jfr or .jfr.gz");
        }
        found.sort(null);
        found.forEach(file -> into.put(name(file), file.toString()));
    }

    private static String name(Path path) {
        return LOCAL.equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
    }
}
