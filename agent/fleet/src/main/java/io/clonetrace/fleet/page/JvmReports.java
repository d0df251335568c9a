package io.clonetrace.fleet.page;

import io.clonetrace.fleet.sql.FleetDatabase;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.report.html.HtmlReport;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Reports of the JVMs that the overview names first. */
final class JvmReports {
    /** The model of a longer recording may not fit into memory. */
    private static final long MOST_BYTES = 200L << 20;

    private static final String SUFFIX = ".html";

    private JvmReports() {}

    /**
     * Writes those that are missing.
     *
     * @param jvms keys of JVMs, those with the worst findings first
     * @param most of them to write
     * @param folder where they are to be
     * @return the files, by the JVM's key; those of which a recording is gone, or which are too large, are left out
     */
    static Map<String, Path> write(FleetDatabase database, List<String> jvms, int most, Path folder)
            throws IOException {
        Map<String, Path> all = new LinkedHashMap<>();
        for (String jvm : jvms.subList(0, Math.min(most, jvms.size()))) {
            Path page = folder.resolve(jvm + SUFFIX);
            if (!Files.exists(page) && !write(database, jvm, page)) {
                continue;
            }
            all.put(jvm, page);
        }
        return all;
    }

    private static boolean write(FleetDatabase database, String jvm, Path page) throws IOException {
        List<Path> files = new TreeSet<>(
                        database.ask("SELECT DISTINCT file FROM recording WHERE jvm_id = '" + jvm + "'").rows().stream()
                                .map(row -> String.valueOf(row.get(0)))
                                .toList())
                .stream().map(Path::of).toList();
        long bytes = 0;
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                return false;
            }
            bytes += Files.size(file);
        }
        if (bytes > MOST_BYTES) {
            return false;
        }
        FleetBuilder fleet = new FleetBuilder();
        new RecordingReader(fleet, Progress.NONE, TemporaryFolder.path()).read(files);
        Files.createDirectories(page.getParent());
        Path temporary = page.resolveSibling("." + page.getFileName() + ".tmp");
        try (Writer out = Files.newBufferedWriter(temporary)) {
            HtmlReport.write(fleet.build(), out);
        }
        Files.move(temporary, page, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }
}
