package io.clonetrace.cli.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadBeginningsTest {
    private static ThreadBeginnings began(String in) {
        return new ThreadBeginnings(Map.of(1, in), Map.of(), null);
    }

    /** OpenBLAS of Debian and of PyPI is stripped. */
    @ParameterizedTest
    @CsvSource({
        "libjvm.so!thread_native_entry, libjvm.so",
        "libfoo.so!start+0x1f0, libfoo.so",
        "libopenblasp-r0.3.21.so+0x374810, libopenblasp-r0.3.21.so",
        "libstdc++.so.6+0xd44a0, libstdc++.so.6",
        "libstdc++.so.6!execute_native_thread_routine, libstdc++.so.6",
    })
    void libraryIsWhatStandsBeforeTheFunctionOrTheOffset(String in, String library) {
        assertEquals(library, began(in).library(1));
    }

    @Test
    void addressOutsideOfAnyLibraryHasNone() {
        assertNull(began("0x7f0000001000").library(1));
        assertNull(began("0x7f0000001000").library(2));
    }
}
