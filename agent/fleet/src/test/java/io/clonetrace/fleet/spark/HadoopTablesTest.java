package io.clonetrace.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan.Exported;
import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopTablesTest {
    private static final HeldChunk CHUNK = new HeldChunk(new ChunkKey(7, 11), 13, true);
    private static final Part PART = new Part("a.jfr", 1, 1, List.of(CHUNK));
    private static final List<String> FILES = List.of("clone/a.parquet", "thread/a.parquet");

    @TempDir
    java.nio.file.Path folder;

    private String root;

    /** Its renaming fails for one file. */
    public static final class Failing extends RemoteFiles {
        @Override
        public boolean rename(Path from, Path to) throws IOException {
            if (to.toString().endsWith(FILES.get(1))) {
                throw new IOException("the executor dies here");
            }
            return super.rename(from, to);
        }
    }

    @BeforeEach
    void open() throws IOException {
        root = RemoteFiles.SCHEME + ":" + folder.resolve("tables");
        tables(RemoteFiles.class).open();
    }

    private HadoopTables tables(Class<? extends RemoteFiles> files) throws IOException {
        Configuration hadoop = RemoteFiles.configuration();
        hadoop.set(RemoteFiles.SETTING, files.getName());
        hadoop.setBoolean("fs." + RemoteFiles.SCHEME + ".impl.disable.cache", true);
        return new HadoopTables(root, "run", hadoop);
    }

    private Map<java.nio.file.Path, String> rows(String text) throws IOException {
        Map<java.nio.file.Path, String> rows = new TreeMap<>();
        for (String file : FILES) {
            rows.put(Files.writeString(folder.resolve(file.replace('/', '-')), text), file);
        }
        return rows;
    }

    private String row(String file) throws IOException {
        return Files.readString(folder.resolve("tables").resolve(file));
    }

    @Test
    void aSecondAttemptReplacesFilesWhereTheFileSystemRefusesTo() throws IOException {
        tables(RemoteFiles.class).add(rows("old"), PART);
        tables(RemoteFiles.class).add(rows("new"), PART);
        assertEquals("new", row(FILES.get(0)));
        assertEquals("new", row(FILES.get(1)));
        assertEquals(
                List.of(new Exported(PART.id(), List.of(CHUNK))),
                tables(RemoteFiles.class).exported());
    }

    @Test
    void aPartOfWhichAnAttemptReplacedSomeFilesIsNotExported() throws IOException {
        tables(RemoteFiles.class).add(rows("old"), PART);
        assertThrows(IOException.class, () -> tables(Failing.class).add(rows("new"), PART));
        assertEquals(List.of(), tables(RemoteFiles.class).exported());
        tables(RemoteFiles.class).add(rows("new"), PART);
        assertEquals("new", row(FILES.get(1)));
        assertEquals(1, tables(RemoteFiles.class).exported().size());
    }

    @Test
    void aFolderWithOtherFilesIsRefusedAndOneOfAKilledJobIsNot() throws IOException {
        Files.delete(folder.resolve("tables/_version"));
        tables(RemoteFiles.class).open();
        String version = Files.readString(folder.resolve("tables/_version"));
        Files.writeString(folder.resolve("tables/_version"), "");
        tables(RemoteFiles.class).open();
        assertEquals(version, Files.readString(folder.resolve("tables/_version")));
        Files.delete(folder.resolve("tables/_version"));
        Files.createFile(folder.resolve("tables/mine.txt"));
        assertThrows(IOException.class, () -> tables(RemoteFiles.class).open());
    }
}
