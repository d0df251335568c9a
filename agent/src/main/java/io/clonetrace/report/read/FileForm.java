package io.clonetrace.report.read;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** What a file is, by its first bytes: a flight recording, one that is compressed, or an archive. */
enum FileForm {
    /** FLR and a zero: what a chunk, and so a recording, begins with (JDK: {@code jfrChunkWriter.cpp}). */
    RECORDING(" is a flight recording", 'F', 'L', 'R', 0),
    /** RFC 1952. */
    GZIP(" is compressed by gzip once more: unpack it with gunzip", 0x1f, 0x8b),
    /** PKWARE's APPNOTE.TXT, 4.3.7. */
    ZIP(" is a zip archive: unpack it with unzip, and give the report what it holds", 'P', 'K', 3, 4),
    /** RFC 8878. */
    ZSTD(" is compressed by zstd: unpack it with unzstd", 0x28, 0xb5, 0x2f, 0xfd),
    /** The LZ4 frame format. */
    LZ4(" is compressed by lz4: unpack it with unlz4", 0x04, 0x22, 0x4d, 0x18),
    /** The .xz file format, 2.1.1.1. */
    XZ(" is compressed by xz: unpack it with unxz", 0xfd, '7', 'z', 'X', 'Z', 0),
    BZIP2(" is compressed by bzip2: unpack it with bunzip2", 'B', 'Z', 'h'),
    OTHER(" is no flight recording; explain reads logs, dumps and traces");

    private static final int LONGEST = 6;

    /** A gzip header may hold a file's name, of which the first bytes of the content are found behind. */
    private static final int ENOUGH = 4096;

    private final String refusal;
    private final byte[] mark;

    FileForm(String refusal, int... mark) {
        this.refusal = refusal;
        this.mark = new byte[mark.length];
        for (int index = 0; index < mark.length; index++) {
            this.mark[index] = (byte) mark[index];
        }
    }

    /** What that file is. */
    static FileForm of(FileChannel file) throws IOException {
        return of(begin(file, 0, LONGEST));
    }

    private static FileForm of(byte[] begin) {
        return Arrays.stream(values())
                .filter(form -> form.isBegunBy(begin) && begin.length >= form.mark.length)
                .findFirst()
                .orElse(OTHER);
    }

    /** What a file in the gzip format holds; {@link #OTHER} if that can't be read. */
    static FileForm within(FileChannel gzip) throws IOException {
        try (GZIPInputStream content = new GZIPInputStream(new ByteArrayInputStream(begin(gzip, 0, ENOUGH)))) {
            return of(content.readNBytes(RECORDING.mark.length));
        } catch (IOException damaged) {
            return OTHER;
        }
    }

    /** Whether a file has the first bytes of a chunk at that offset, or the first of them before it ends. */
    static boolean isChunkBegun(FileChannel file, long offset) throws IOException {
        byte[] begin = begin(file, offset, RECORDING.mark.length);
        return begin.length > 0 && RECORDING.isBegunBy(begin);
    }

    private boolean isBegunBy(byte[] begin) {
        int length = Math.min(begin.length, mark.length);
        return Arrays.equals(begin, 0, length, mark, 0, length);
    }

    private static byte[] begin(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer begin = ByteBuffer.allocate(length);
        while (begin.hasRemaining() && file.read(begin, offset + begin.position()) >= 0) {
            // Read on.
        }
        return Arrays.copyOf(begin.array(), begin.position());
    }

    /** Why a file of this form can't be read, behind a word for the file. */
    String refusal() {
        return refusal;
    }
}
