package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.NativeFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameLineTest {
    /** Of strace 6.1 with libunwind, and of newer ones: -k and -kk. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "/usr/lib/x86_64-linux-gnu/libc.so.6(__clone3+0x2a) [0x1098d9]"
                        + " | /usr/lib/x86_64-linux-gnu/libc.so.6 | __clone3 | 42",
                "/tmp/pt/f(inner+0x75) [0x1245] | /tmp/pt/f | inner | 117",
                "/tmp/stripped() [0x40063d] | /tmp/stripped | | 4195901",
                "/lib/libjvm.so(Parse::Parse(JVMState*, ciMethod*, float)+0x77c) [0xc55e3c]"
                        + " | /lib/libjvm.so | Parse::Parse(JVMState*, ciMethod*, float) | 1916",
                "/a (b)/c(d/lib.so(f(int)::{lambda()#1}::operator()() const+0x1) [0x9]"
                        + " | /a (b)/c(d/lib.so | f(int)::{lambda()#1}::operator()() const | 1",
                "/tmp/deleted.so (deleted)(run+0x10) [0x1110] | /tmp/deleted.so (deleted) | run | 16",
                "[vdso](__vdso_getcpu+0xffffffffffffffff) [0x1] | [vdso] | __vdso_getcpu | -1",
                "/tmp/t(main+0x9) [0x1159] /src/a [0x1]/t.c:12 | /tmp/t | main | 9",
            })
    void straceFrameIsRead(String text, String module, String function, long offset) {
        assertEquals(
                Optional.of(new NativeFrame(module, null, function, offset)), FrameLine.parse(" > " + text, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " >",
                " > ",
                " > unexpected_backtracing_error [0x5589b8b24004]",
                " > too many stack frames",
                " > BUG IN print_call_cb",
                " > [unwinding failed]",
                " > ()",
                " > () [0x1]",
                " > /lib.so()",
                " > /lib.so(f)",
                " > /lib.so(f+0x)",
                " > /lib.so(f+0xgg) [0x1]",
                " > /lib.so(f+0x-1) [0x1]",
                " > /lib.so(f+0x10000000000000000) [0x1]",
                " > /lib.so(+0x1) [0x1]",
                " > /lib.so() [0x]",
                " > /lib.so() [0x1",
                " > /lib.so f+0x1) [0x1]",
                "/lib.so(f+0x1) [0x1]",
            })
    void lineWithoutAFrameIsNone(String line) {
        assertEquals(Optional.empty(), FrameLine.parse(line, false));
        assertEquals(Optional.empty(), FrameLine.parse(line, true));
    }

    @Test
    void bytesOfStraceAreReadAsUtf8WhereTheyAreThat() {
        String line = " > /tmp/\u00fcber.so(f+0x1) [0x1]";
        String bytes = new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertEquals(
                "/tmp/\u00fcber.so", FrameLine.parse(bytes, false).orElseThrow().module());
        assertEquals(
                "/tmp/\u00fcber.so", FrameLine.parse(line, false).orElseThrow().module());
    }

    static List<NativeFrame> hostileFrames() {
        String template = "std::vector<std::map<int, char (*)(long)>, A<(B)1> >::operator()(int) const";
        return List.of(
                new NativeFrame("/usr/lib/libfoo.so", null, "spawn_worker", 0x1d),
                new NativeFrame("/usr/lib/libfoo.so", null, null, 0x1234),
                new NativeFrame("/usr/lib/libfoo.so", null, null, -1),
                new NativeFrame("/tmp/a\nb\r\u001b[31m\\012 (deleted)", null, "f", 0),
                new NativeFrame("/tmp/(((", null, ")", 1),
                new NativeFrame("/tmp/)", null, "((", 1),
                new NativeFrame("/tmp/[0x1]", null, "f+0x1) [0x2]", 3),
                new NativeFrame("\u00fc\u4e2d\ud83d\ude00", null, "na\u00efve\u0000\u007f", 4),
                new NativeFrame("/tmp/x # origin: 1 2 - 3", null, "\n# origin: 1 2 - 3", 5),
                new NativeFrame("/tmp/long", null, template.repeat(10_000 / template.length()), 6),
                new NativeFrame("[vdso]", null, "\\", 7),
                new NativeFrame("/tmp/" + "d/".repeat(2_000) + "lib.so", null, "f", 8));
    }

    @ParameterizedTest
    @MethodSource("hostileFrames")
    void writtenFrameIsReadAsItself(NativeFrame frame) {
        String line = FrameLine.of(frame);
        assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7f), line);
        assertTrue(line.length() < 16_000);
        assertEquals(Optional.of(frame), FrameLine.parse(line, true));
    }

    @Test
    void nameThatIsTooLongIsCutAndSaysSo() {
        NativeFrame frame = new NativeFrame(
                "/tmp/" + "x".repeat(100) + "\u00fc".repeat(4_000) + "/lib.so", null, "\n(".repeat(9_000), 1);
        String line = FrameLine.of(frame);
        assertTrue(line.length() < 16_000);
        NativeFrame read = FrameLine.parse(line, true).orElseThrow();
        assertTrue(read.module().startsWith("..."), read.module());
        assertTrue(read.module().endsWith("\u00fc/lib.so"));
        assertTrue(read.function().startsWith("\n(\n(") && read.function().endsWith("..."));
        assertEquals(1, read.offset());
    }
}
