package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeImageTest {
    private static final int NAMES_AT = 4096;
    private static final int HEADERS_AT = 8192;
    private static final int HEADER_SIZE = 64;

    @TempDir
    private Path process;

    @Test
    void anExecutableWithTheSectionOfAnImageHeap() throws IOException {
        executable("\0.text\0.svm_heap\0.shstrtab\0");
        assertTrue(NativeImage.isRunBy(process));
        assertTrue(LoadedJvm.isNativeImage(process));
    }

    /** The words alone, in the text of a program that reads native images, prove nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"\0.text\0.shstrtab\0", "\0.text\0.rela.svm_heap\0", "\0.svm_heapster\0"})
    void otherExecutables(String names) throws IOException {
        executable(names);
        Files.writeString(process.resolve("exe"), "\0.svm_heap\0", java.nio.file.StandardOpenOption.APPEND);
        assertFalse(NativeImage.isRunBy(process));
    }

    /** The headers are the executable's own, and may say anything. */
    @Test
    void damagedExecutables() throws IOException {
        byte[] good = executable("\0.svm_heap\0");
        for (int length : new int[] {0, 3, HEADER_SIZE, HEADERS_AT, HEADERS_AT + HEADER_SIZE, NAMES_AT + 4}) {
            write(java.util.Arrays.copyOf(good, length));
            assertFalse(NativeImage.isRunBy(process), "of " + length + " bytes");
        }
        for (long huge : new long[] {-1, Long.MAX_VALUE, 1L << 40}) {
            byte[] bad = good.clone();
            little(bad).putLong(0x28, huge);
            write(bad);
            assertFalse(NativeImage.isRunBy(process), "sections at " + huge);
            bad = good.clone();
            little(bad).putLong(HEADERS_AT + HEADER_SIZE + 0x20, huge);
            write(bad);
            assertFalse(NativeImage.isRunBy(process), "names of " + huge + " bytes");
        }
    }

    @Test
    void theExecutableOfAJvm() throws IOException {
        assertFalse(NativeImage.isRunBy(Path.of("/proc/self")));
        Files.writeString(process.resolve("exe"), "#!/bin/sh\n");
        assertFalse(NativeImage.isRunBy(process));
        assertEquals(false, NativeImage.isRunBy(process.resolve("gone")));
    }

    /** An ELF file of two sections, of which the second has the names (elf(5)). */
    private byte[] executable(String names) throws IOException {
        byte[] file = new byte[HEADERS_AT + 2 * HEADER_SIZE];
        byte[] text = names.getBytes(StandardCharsets.ISO_8859_1);
        little(file)
                .put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1})
                .putLong(0x28, HEADERS_AT)
                .putShort(0x3a, (short) HEADER_SIZE)
                .putShort(0x3c, (short) 2)
                .putShort(0x3e, (short) 1)
                .put(NAMES_AT, text)
                .putLong(HEADERS_AT + HEADER_SIZE + 0x18, NAMES_AT)
                .putLong(HEADERS_AT + HEADER_SIZE + 0x20, text.length);
        write(file);
        return file;
    }

    private static ByteBuffer little(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void write(byte[] file) throws IOException {
        Files.write(process.resolve("exe"), file);
    }
}
