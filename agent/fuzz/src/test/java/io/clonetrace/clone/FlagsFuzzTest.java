package io.clonetrace.clone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.regex.Pattern;

/** Flags, arguments of clone and kernel versions; what is written of them is read as the same. */
class FlagsFuzzTest {
    private static final Pattern NUMBER = Pattern.compile("0x[0-9a-f]{1,16}");

    @FuzzTest
    void flags(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        try {
            CloneFlags flags = CloneFlags.parse(text);
            assertEquals(flags, CloneFlags.parse(flags.names()));
            if (NUMBER.matcher(text).matches()) {
                assertEquals(Long.parseUnsignedLong(text.substring(2), 16), flags.bits());
            }
        } catch (IllegalArgumentException refused) {
            assertFalse(NUMBER.matcher(text).matches(), refused::getMessage);
        }
        try {
            CloneArgument argument = CloneArgument.parse(text);
            assertEquals(argument, CloneArgument.parse(argument.toString()));
        } catch (IllegalArgumentException refused) {
            // Documented.
        }
        try {
            KernelVersion version = KernelVersion.parse(text);
            assertEquals(version, KernelVersion.parse(version.toString()));
        } catch (IllegalArgumentException refused) {
            // Documented.
        }
    }
}
