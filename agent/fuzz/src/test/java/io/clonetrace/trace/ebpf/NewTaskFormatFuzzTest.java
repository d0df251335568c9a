package io.clonetrace.trace.ebpf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The format of task:task_newtask. */
class NewTaskFormatFuzzTest {
    private static final Pattern CANONICAL =
            Pattern.compile("ID: ([1-9]\\d{0,5})\n\tfield:pid_t pid;\toffset:(\\d{1,4});\tsize:4;\tsigned:1;\n"
                    + "\tfield:unsigned long clone_flags;\toffset:(\\d{1,4});\tsize:8;\tsigned:0;\n");

    @FuzzTest
    void format(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        Matcher canonical = CANONICAL.matcher(text);
        try {
            NewTaskFormat format = NewTaskFormat.parse(text, text);
            assertTrue(format.id() >= 0 && format.child() >= 0 && format.flags() >= 0, format::toString);
            if (canonical.matches()) {
                assertEquals(Integer.parseInt(canonical.group(1)), format.id());
                assertEquals(Integer.parseInt(canonical.group(2)), format.child());
                assertEquals(Integer.parseInt(canonical.group(3)), format.flags());
            }
        } catch (IOException refused) {
            assertTrue(!canonical.matches(), refused::getMessage);
        }
    }
}
