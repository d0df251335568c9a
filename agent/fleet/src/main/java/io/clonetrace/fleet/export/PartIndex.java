package io.clonetrace.fleet.export;

import io.clonetrace.fleet.extract.Part;
import io.clonetrace.fleet.extract.PartPlan.Exported;
import io.clonetrace.fleet.table.Table;
import io.clonetrace.report.model.ChunkKey;
import io.clonetrace.report.read.RecordingChunks.HeldChunk;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What a folder of tables notes of each part that is in it: its chunks, and the files of its rows. */
public final class PartIndex {
    /** Engines pass over what begins with {@code _}. */
    public static final String FOLDER = "_parts";

    /** The file that says of which version and format the tables are. */
    public static final String VERSION = "_version";

    private static final String FILE = "file ";
    private static final String CHUNK = "chunk ";
    private static final String WHOLE = " whole";

    private PartIndex() {}

    /** The content of {@link #VERSION}. */
    public static String version(String format) {
        return Table.VERSION + " " + format.toLowerCase(Locale.ROOT) + "\n";
    }

    /**
     * The text of a part's note, whose name is the part's id.
     *
     * @param files of its rows, from the folder of the tables, with slashes
     */
    public static String text(Part part, Collection<String> files) {
        StringBuilder lines = new StringBuilder();
        for (HeldChunk chunk : part.chunks()) {
            lines.append(CHUNK)
                    .append(chunk.key().startNanos())
                    .append(' ')
                    .append(chunk.key().startTicks())
                    .append(' ')
                    .append(chunk.bytes())
                    .append(chunk.whole() ? WHOLE : "")
                    .append('\n');
        }
        files.forEach(file -> lines.append(FILE).append(file).append('\n'));
        return lines.toString();
    }

    /**
     * The part that a note is of.
     *
     * @throws IOException if it is no such note
     */
    public static Exported exported(String id, String text) throws IOException {
        try {
            return new Exported(
                    id,
                    text.lines()
                            .filter(line -> line.startsWith(CHUNK))
                            .map(PartIndex::chunk)
                            .toList());
        } catch (NumberFormatException | IndexOutOfBoundsException damaged) {
            throw new IOException(
                    FOLDER + "/" + id + " is damaged: remove it, and the next export writes that part again", damaged);
        }
    }

    private static HeldChunk chunk(String line) {
        String[] words = line.split(" ");
        return new HeldChunk(
                new ChunkKey(Long.parseLong(words[1]), Long.parseLong(words[2])),
                Long.parseLong(words[3]),
                line.endsWith(WHOLE));
    }

    /** The files of its rows. */
    public static List<String> files(String text) {
        return text.lines()
                .filter(line -> line.startsWith(FILE))
                .map(line -> line.substring(FILE.length()))
                .toList();
    }
}
