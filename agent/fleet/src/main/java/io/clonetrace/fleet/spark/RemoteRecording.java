package io.clonetrace.fleet.spark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;

/**
 * A recording on a file system of Hadoop's, as a local file for as long as it is read. Of a large one only what is
 * needed is fetched: the other chunks are holes in the local file, each at its place, so that it reads as the whole one
 * does.
 */
final class RemoteRecording implements AutoCloseable {
    /** Of a chunk's header (JDK: {@code jdk/jfr/internal/consumer/ChunkHeader.java}). */
    private static final int HEADER = 68;

    private static final int MAGIC = 0x464c5200;
    private static final int MAJOR_AT = 4;
    private static final int OLDEST = 1;
    private static final int NEWEST = 2;
    private static final int SIZE_AT = 8;
    private static final int START_AT = 32;
    private static final int TICKS_AT = 48;
    private static final int STATE_AT = 64;
    private static final int FINISHED = 0;
    private static final String LOCAL = "file";
    private static final int BUFFER = 1 << 20;

    private final Path path;
    private final boolean temporary;

    private RemoteRecording(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /**
     * When a chunk began, by which it is known.
     *
     * @param startNanos since the epoch
     * @param startTicks by the JVM's clock
     */
    record Start(long startNanos, long startTicks) {}

    /** A chunk's place in the file. */
    private record Place(long offset, long size, Start start) {}

    /** Fetches the headers of its chunks; all of it if it is not a row of finished chunks. */
    static RemoteRecording headers(String file, Configuration hadoop, Path folder) throws IOException {
        return of(file, hadoop, folder, Set.of());
    }

    /** Fetches these chunks and the headers of the others; all of it if it is not a row of finished chunks. */
    static RemoteRecording chunks(String file, Configuration hadoop, Path folder, Set<Start> wanted)
            throws IOException {
        return of(file, hadoop, folder, wanted);
    }

    private static RemoteRecording of(String file, Configuration hadoop, Path folder, Set<Start> wanted)
            throws IOException {
        org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(file);
        FileSystem files = remote.getFileSystem(hadoop);
        if (LOCAL.equals(files.getUri().getScheme())) {
            return new RemoteRecording(Path.of(remote.toUri().getPath()), false);
        }
        Path copy = Files.createTempFile(folder, "clonetrace-", ".jfr");
        RemoteRecording recording = new RemoteRecording(copy, true);
        try (FSDataInputStream in = files.open(remote);
                FileChannel out = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            long size = files.getFileStatus(remote).getLen();
            List<Place> places = places(in, size);
            if (places.isEmpty()) {
                fetch(in, out, 0, size);
            }
            for (Place place : places) {
                fetch(in, out, place.offset, wanted.contains(place.start) ? place.size : HEADER);
            }
            if (out.size() < size) {
                // What is between is a hole.
                out.write(ByteBuffer.allocate(1), size - 1);
            }
            return recording;
        } catch (IOException | RuntimeException failed) {
            recording.close();
            throw failed;
        }
    }

    /** The chunks of a file that holds nothing else; none of another one. */
    private static List<Place> places(FSDataInputStream in, long size) throws IOException {
        List<Place> places = new ArrayList<>();
        byte[] header = new byte[HEADER];
        for (long at = 0; at < size; ) {
            if (size - at < HEADER) {
                return List.of();
            }
            in.readFully(at, header);
            ByteBuffer fields = ByteBuffer.wrap(header);
            int major = fields.getShort(MAJOR_AT);
            long length = fields.getLong(SIZE_AT);
            boolean usual = fields.getInt(0) == MAGIC
                    && major >= OLDEST
                    && major <= NEWEST
                    && length >= HEADER
                    && length <= size - at
                    && fields.get(STATE_AT) == FINISHED;
            if (!usual) {
                return List.of();
            }
            places.add(new Place(at, length, new Start(fields.getLong(START_AT), fields.getLong(TICKS_AT))));
            at += length;
        }
        return places;
    }

    private static void fetch(FSDataInputStream in, FileChannel out, long from, long length) throws IOException {
        in.seek(from);
        InputStream bytes = in;
        byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, length))];
        long at = from;
        while (at < from + length) {
            int read = bytes.read(buffer, 0, (int) Math.min(buffer.length, from + length - at));
            if (read < 0) {
                throw new IOException("it ended after " + at + " bytes while it was read");
            }
            ByteBuffer part = ByteBuffer.wrap(buffer, 0, read);
            while (part.hasRemaining()) {
                at += out.write(part, at);
            }
        }
    }

    /** The local file. */
    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(path);
        }
    }
}
