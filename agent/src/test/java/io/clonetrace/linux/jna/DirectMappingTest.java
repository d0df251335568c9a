package io.clonetrace.linux.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DirectMappingTest {
    private static final String LIBC = "libc.so.6";

    @Test
    void numbersAndArraysReachTheFunctionAndItsResultComesBack() {
        assertTrue(DirectMapping.register(Numbers.class, LIBC));
        assertEquals(11, Numbers.abs(-11));
        assertEquals(Integer.MIN_VALUE, Numbers.abs(Integer.MIN_VALUE));
        assertEquals(1L << 62, Numbers.labs(-(1L << 62)));
        assertEquals(0x1234, Numbers.ntohs((short) 0x3412));
        Numbers.srandom(7);
        long first = Numbers.random();
        Numbers.srandom(7);
        assertEquals(first, Numbers.random());
    }

    @Test
    void arraysAreReadAndWritten() {
        assertTrue(DirectMapping.register(Arrays.class, LIBC));
        byte[] text = "clone3\0".getBytes(StandardCharsets.US_ASCII);
        assertEquals(6, Arrays.strlen(text));
        byte[] copy = new byte[text.length];
        Arrays.memcpy(copy, text, text.length);
        assertArrayEquals(text, copy);
        long[] time = new long[2];
        assertEquals(0, Arrays.clock_gettime(1, time));
        assertTrue(time[0] > 0 && time[1] >= 0 && time[1] < 1_000_000_000, time[0] + " s " + time[1] + " ns");
        short[] swapped = new short[2];
        Arrays.swab(new byte[] {0x12, 0x34, 0x56, 0x78}, swapped, 4);
        assertArrayEquals(new short[] {0x1234, 0x5678}, swapped);
        int[] ends = new int[2];
        assertEquals(0, Arrays.pipe(ends));
        assertEquals(0, Arrays.close(ends[0]));
        assertEquals(0, Arrays.close(ends[1]));
        assertEquals(-1, Arrays.close(ends[1]));
        assertEquals(9, Native.getLastError(), "EBADF");
    }

    @Test
    void otherTypesAreLeftToJna() {
        assertFalse(DirectMapping.register(Texts.class, LIBC));
        assertThrows(UnsatisfiedLinkError.class, () -> Texts.atoi("11"));
        JnaLibrary.register(Texts.class, LIBC);
        assertEquals(11, Texts.atoi("11"));
    }

    /** Each of them would make JNA set up its model of the types, in every start. */
    @Test
    void allOfTheProductsNativeMethodsAreMappedDirectly() throws Exception {
        Path classes = Path.of(DirectMapping.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Method> natives = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes.resolve("io/clonetrace"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(file -> file.toString().endsWith(".class"))::iterator) {
                String name = classes.relativize(file).toString().replace('/', '.');
                Class<?> type = Class.forName(
                        name.substring(0, name.length() - ".class".length()),
                        false,
                        getClass().getClassLoader());
                for (Method method : type.getDeclaredMethods()) {
                    if (Modifier.isNative(method.getModifiers())) {
                        natives.add(method);
                    }
                }
            }
        }
        assertTrue(natives.size() > 70, natives.size() + " native methods");
        assertEquals(
                List.of(),
                natives.stream()
                        .filter(method -> !DirectMapping.isSupported(method))
                        .toList());
    }

    @Test
    void aFunctionThatIsMissingIsNamed() {
        UnsatisfiedLinkError missing =
                assertThrows(UnsatisfiedLinkError.class, () -> DirectMapping.register(Missing.class, LIBC));
        assertTrue(missing.getMessage().contains("no_such_function"), missing.getMessage());
    }

    static final class Numbers {
        static native int abs(int number);

        static native long labs(long number);

        static native short ntohs(short number);

        static native void srandom(int seed);

        static native long random();
    }

    static final class Arrays {
        static native long strlen(byte[] text);

        static native long memcpy(byte[] to, byte[] from, long bytes);

        static native int clock_gettime(int clock, long[] time);

        static native void swab(byte[] from, short[] to, long bytes);

        static native int pipe(int[] ends);

        static native int close(int fd);
    }

    static final class Texts {
        static native int atoi(String digits);
    }

    static final class Missing {
        static native int no_such_function(int number);
    }
}
