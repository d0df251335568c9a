package io.clonetrace.cli.target;

import io.clonetrace.linux.file.ForeignFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Whether an executable is a GraalVM native image: native-image puts the image heap into a section named
 * {@code .svm_heap} (elf(5)). An executable without section headers, such as a packed one, can't be told.
 */
final class NativeImage {
    private static final String SECTION = "\0.svm_heap\0";

    /** Native images have up to some hundred MB. */
    private static final long LARGEST = 1L << 32;

    private static final int MAGIC = 0x7f454c46;
    private static final int HEADER = 64;
    private static final int SECTION_HEADER = 64;
    private static final int CLASS_AT = 4;
    private static final int DATA_AT = 5;
    private static final int SECTIONS_AT = 0x28; // e_shoff
    private static final int NAMES_INDEX_AT = 0x3e; // e_shstrndx
    private static final int OFFSET_AT = 0x18; // sh_offset
    private static final int SIZE_AT = 0x20; // sh_size
    private static final long LONGEST_NAMES = 1 << 20;

    private NativeImage() {}

    /** @param folder the process's folder in /proc; false if its executable can't be read */
    static boolean isRunBy(Path folder) {
        ForeignFile.Limit limit = ForeignFile.Limit.standard();
        Path executable = folder.resolve("exe");
        try {
            ByteBuffer header = part(executable, 0, HEADER, limit);
            if (header.getInt(0) != MAGIC || header.get(CLASS_AT) != 2 || header.get(DATA_AT) != 1) {
                return false;
            }
            header.order(ByteOrder.LITTLE_ENDIAN);
            long names = header.getLong(SECTIONS_AT)
                    + (long) SECTION_HEADER * Short.toUnsignedInt(header.getShort(NAMES_INDEX_AT));
            ByteBuffer section = part(executable, names, SECTION_HEADER, limit).order(ByteOrder.LITTLE_ENDIAN);
            long length = section.getLong(SIZE_AT);
            if (length <= 0 || length > LONGEST_NAMES) {
                return false;
            }
            ByteBuffer text = part(executable, section.getLong(OFFSET_AT), (int) length, limit);
            return new String(text.array(), StandardCharsets.ISO_8859_1).contains(SECTION);
        } catch (IOException | LinkageError unreadable) {
            return false;
        }
    }

    private static ByteBuffer part(Path executable, long offset, int length, ForeignFile.Limit limit)
            throws IOException {
        return ForeignFile.readBehind(executable, LARGEST, limit, content -> from(content, offset, length));
    }

    private static ByteBuffer from(InputStream content, long offset, int length) throws IOException {
        content.skipNBytes(Math.max(0, offset));
        byte[] bytes = content.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the file ends before its headers");
        }
        return ByteBuffer.wrap(bytes);
    }
}
