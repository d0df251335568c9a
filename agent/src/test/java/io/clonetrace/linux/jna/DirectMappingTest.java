package io.clonetrace.linux.jna;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;
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
