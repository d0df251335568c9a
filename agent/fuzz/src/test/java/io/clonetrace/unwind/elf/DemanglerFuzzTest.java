package io.clonetrace.unwind.elf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Symbols of any file that a process has mapped. */
class DemanglerFuzzTest {
    private static final int LONGEST = 1000;

    @FuzzTest
    void demangle(byte[] bytes) {
        String symbol = "_Z" + new String(bytes, ISO_8859_1);
        String name = Demangler.demangle(symbol);
        int clones = name.indexOf(" [clone ");
        assertTrue(name.equals(symbol) || (clones < 0 ? name.length() : clones) <= LONGEST, name);
        assertEquals(name, Demangler.demangle(symbol));
    }
}
