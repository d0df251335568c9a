package io.clonetrace.report.read;

import io.clonetrace.report.model.Amounts;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A recording that lies on the disk as gzip (RFC 1952), unpacked into a file without a name: its chunks are read in any
 * order. Memory does not grow with its size, and what the disk must have left is left.
 */
final class Gunzipped implements Closeable {
    private static final int BUFFER = 1 << 16;

    /** The free space is looked at each time so much more was written, and so much of it is left; bytes. */
    private static final long STEP = 1 << 24;

    private static final long LEFT_FREE = 1 << 26;

    private final ScratchFile unpacked;
    private final String problem;

    private Gunzipped(ScratchFile unpacked, String problem) {
        this.unpacked = unpacked;
        this.problem = problem;
    }

    /**
     * Unpacks a file, as far as it can be.
     *
     * @param content the file, which is closed then
     * @param temporary where to
     * @throws NoRecordingException if what it holds does not begin as a recording does, or there is no room for it
     */
    static Gunzipped of(FileChannel content, Path temporary) throws IOException {
        if (content.size() > 0 && FileForm.within(content) != FileForm.RECORDING) {
            throw new NoRecordingException("it is compressed by gzip, and what it holds"
                    + FileForm.within(content).refusal());
        }
        ScratchFile unpacked = ScratchFile.in(temporary);
        try {
            return new Gunzipped(unpacked, unpack(content, unpacked.content(), temporary));
        } catch (IOException | RuntimeException failed) {
            unpacked.close();
            throw failed;
        }
    }

    /** @return why not everything could be unpacked; null if it was */
    private static String unpack(FileChannel content, FileChannel into, Path temporary) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long checkAt = 0;
        try (GZIPInputStream in = new GZIPInputStream(Channels.newInputStream(content.position(0)), BUFFER)) {
            while (true) {
                int read;
                try {
                    read = in.read(buffer);
                } catch (EOFException cut) {
                    return "is cut off: the gzip data end before the recording does";
                } catch (ZipException damaged) {
                    return "is damaged: behind " + Amounts.count(into.size()) + " bytes of the recording gzip says: "
                            + damaged.getMessage();
                }
                if (read < 0) {
                    return null;
                }
                if (into.size() >= checkAt) {
                    checkRoom(temporary);
                    checkAt = into.size() + STEP;
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    into.write(bytes);
                }
            }
        }
    }

    private static void checkRoom(Path temporary) throws IOException {
        if (Files.getFileStore(temporary).getUsableSpace() < LEFT_FREE) {
            throw new NoRecordingException("it is compressed by gzip, and " + temporary
                    + " has no room for what it holds: unpack it with gunzip, or name another folder with"
                    + " JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER");
        }
    }

    FileChannel content() {
        return unpacked.content();
    }

    /** Why not everything could be unpacked; empty if it was. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public void close() throws IOException {
        unpacked.close();
    }
}
