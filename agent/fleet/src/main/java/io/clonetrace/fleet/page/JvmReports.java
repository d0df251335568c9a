package io.clonetrace.fleet.page;

import io.clonetrace.fleet.sql.Duck;
import io.clonetrace.fleet.sql.FleetDatabase;
import io.clonetrace.linux.TemporaryFolder;
import io.clonetrace.report.html.HtmlReport;
import io.clonetrace.report.model.FleetBuilder;
import io.clonetrace.report.read.Progress;
import io.clonetrace.report.read.RecordingReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports of the JVMs that the overview names first. */
final class JvmReports {
    /** The model of a longer recording may not fit into memory. */
    private static final long MOST_BYTES = 200L << 20;

    private static final String SUFFIX = ".html";

    private JvmReports() {}

    /**
     * Writes those that are missing, or older than a recording of the JVM.
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
            if (write(database, jvm, page)) {
                all.put(jvm, page);
            }
        }
        return all;
    }

    private static boolean write(FleetDatabase database, String jvm, Path page) throws IOException {
        List<Path> files = new ArrayList<>();
        long bytes = 0;
        FileTime newest = FileTime.fromMillis(0);
        for (List<Object> row : database.ask(
                        "SELECT DISTINCT file FROM recording WHERE jvm_id = " + Duck.literal(jvm) + " ORDER BY file")
                .rows()) {
            Path file;
            try {
                file = Path.of(String.valueOf(row.get(0)));
            } catch (InvalidPathException ofAnotherLocale) {
                return false;
            }
            if (!Files.isRegularFile(file)) {
                return false;
            }
            files.add(file);
            bytes += Files.size(file);
            FileTime written = Files.getLastModifiedTime(file);
            newest = newest.compareTo(written) < 0 ? written : newest;
        }
        if (bytes > MOST_BYTES) {
            return false;
        }
        if (Files.exists(page) && Files.getLastModifiedTime(page).compareTo(newest) > 0) {
            return true;
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
