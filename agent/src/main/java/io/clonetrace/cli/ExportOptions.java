package io.clonetrace.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code clonetrace export}, both here and in clonetrace-fleet.jar, which does it. */
public final class ExportOptions {
    /** What the command does. */
    public static final String DESCRIPTION =
            "Writes recordings as tables, which DuckDB, Spark and others read: threads, call sites, clones, stacks, limits, failed"
                    + " starts and findings of any number of JVMs (docs/tables.md). Exporting again adds what is new. Needs"
                    + " clonetrace-fleet.jar beside clonetrace.jar.";

    @Parameters(
            paramLabel = "RECORDING",
            arity = "1..*",
            description =
                    "flight recordings, compressed by gzip or not, or folders of them. A folder KEY=VALUE in the path of a"
                            + " recording is a label of its JVM")
    public List<Path> recordings = new ArrayList<>();

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "the folder of the tables: a new one, or that of an earlier export, which is added to")
    public Path to;

    /** The forms of tables, by the names that the option has. */
    public enum Format {
        parquet,
        ndjson
    }

    @Option(names = "--format", paramLabel = "FORMAT", description = "parquet (default), or ndjson: JSON, a line a row")
    public Format format = Format.parquet;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description =
                    "a label for all of these JVMs, such as service=shop; host=NAME is used where a recording has no host"
                            + " name; may be repeated")
    public Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "recordings that are read at the same time; default: as many as processors and heap allow")
    public int threads;

    @Option(names = "--again", description = "export also what has been exported, for other labels")
    public boolean again;

    /** The words of a command line that says the same. */
    List<String> words() {
        List<String> words = new ArrayList<>(List.of("--to", to.toString(), "--format", format.name()));
        labels.forEach((key, value) -> words.addAll(List.of("--label", key + "=" + value)));
        if (threads > 0) {
            words.addAll(List.of("--threads", String.valueOf(threads)));
        }
        if (again) {
            words.add("--again");
        }
        words.add("--");
        recordings.forEach(path -> words.add(path.toString()));
        return words;
    }
}
