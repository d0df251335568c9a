package io.clonetrace.trace.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.trace.StackCapture;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireHeaderTest {
    private static final String CLONE = "100 1700000000.123456789 clone(child_stack=NULL, flags=SIGCHLD) = 200\n";

    static List<WireHeader> headers() {
        return List.of(
                new WireHeader.Source("ebpf"),
                new WireHeader.Source("x".repeat(64)),
                new WireHeader.Source("!~"),
                new WireHeader.Lost(0),
                new WireHeader.Lost(Long.MAX_VALUE),
                new WireHeader.Writer(1),
                new WireHeader.Writer(4_194_304),
                new WireHeader.WriterLock(),
                new WireHeader.Inside(4_194_303, 1, 5, 4_194_302),
                new WireHeader.Clock(0),
                new WireHeader.Clock(1_699_999_999_123_456_000L),
                new WireHeader.Stacks(StackCapture.Mode.NATIVE),
                new WireHeader.Stacks(StackCapture.Mode.ALL),
                new WireHeader.Origin(1, 2, -1, 0, ""),
                new WireHeader.Origin(4_194_303, -1, 0x7fff_ffff_f000L, -1, ""),
                new WireHeader.Origin(1, 2, -1, Long.MAX_VALUE, "frames=2 end=java start=a!b+0x0"));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void writtenHeaderIsReadAsItself(WireHeader header) {
        assertEquals(Optional.of(header), WireHeader.parse(header.line()));
    }

    @Test
    void roundTripCoversEveryKind() {
        assertEquals(
                Set.of(WireHeader.class.getPermittedSubclasses()),
                headers().stream().map(Object::getClass).collect(Collectors.toSet()));
    }

    /** Tracers and readers of different versions meet: these lines are fixed. */
    @Test
    void headerLinesKeepTheirFormat() {
        assertEquals("# source: ebpf", new WireHeader.Source("ebpf").line());
        assertEquals("# lost: 23", new WireHeader.Lost(23).line());
        assertEquals("# writer: 4711", new WireHeader.Writer(4711).line());
        assertEquals("# writer-lock", new WireHeader.WriterLock().line());
        assertEquals("# inside: 4711=7 4712=8", new WireHeader.Inside(4711, 7, 4712, 8).line());
        assertEquals("# clock: 1699999999123456000", new WireHeader.Clock(1_699_999_999_123_456_000L).line());
        assertEquals("# stacks: native", new WireHeader.Stacks(StackCapture.Mode.NATIVE).line());
        assertEquals("# origin: 10 11 0x7f12 3", new WireHeader.Origin(10, 11, 0x7f12, 3, "").line());
        assertEquals(
                "# origin: 10 - - 3 frames=0 reason=x",
                new WireHeader.Origin(10, -1, -1, 3, "frames=0 reason=x").line());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#",
                "# ",
                "#source: ebpf",
                " # source: ebpf",
                "# Source: ebpf",
                "# source: ",
                "# source: two words",
                "# source: tab\t",
                "# source: \u001b[31mred",
                "# source: \u00e9",
                "# source: \u007f",
                "# lost: ",
                "# lost: many",
                "# lost: -5",
                "# lost: 5 ",
                "# lost: 18446744073709551615",
                "# lost: 99999999999999999999999999999999",
                "# writer: 0x",
                "# writer: 4711\r",
                "# clock: -1",
                "# clock: 1.5",
                "# stacks: some",
                "# stacks: NATIVE",
                "# origin: ",
                "# origin: 1 2 3",
                "# origin: 0 2 - 3",
                "# origin: - 2 - 3",
                "# origin: 1 0 - 3",
                "# origin: 1 99999999999 - 3",
                "# origin: 1 2 - x",
                "# newer: 1"
            })
    void hostileOrUnknownLineIsNotAHeader(String line) {
        assertEquals(Optional.empty(), WireHeader.parse(line));
    }

    @Test
    void overlongNameIsNotAHeader() {
        assertEquals(Optional.empty(), WireHeader.parse("# source: " + "x".repeat(65)));
        assertEquals(Optional.empty(), WireHeader.parse("# lost: " + "1".repeat(1 << 16)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "line\nbreak"})
    void nameThatNoReaderAcceptsIsRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new WireHeader.Source(name));
    }

    @Test
    void sourceAndWriterAreRead() {
        Told told = Told.of("# source: ebpf\n# writer: 4711\n");
        assertEquals(List.of("ebpf"), told.all);
        assertEquals(OptionalLong.of(4711), told.writer);
        assertEquals(0, told.counts.ignored());
    }

    @Test
    void latestLostHeaderWins() {
        Told told = Told.of("# lost: 3\n" + CLONE + "# lost: 17\n");
        assertEquals(17, told.counts.untold());
        assertEquals(17, told.counts.lost());
        assertEquals(1, told.counts.clones());
        assertEquals(
                Long.MAX_VALUE,
                Told.of("# lost: 9223372036854775807\n5 fork()\n").counts.lost());
    }

    @Test
    void callsAfterAClockHeaderHaveTheKernelsTime() {
        Told told = Told.of(CLONE + "# clock: 1699999999123456000\n" + CLONE);
        assertEquals(-1, told.calls().get(0).kernelTime());
        assertEquals(1_000_000_789, told.calls().get(1).kernelTime());
        assertEquals(1_700_000_000_123_456_789L, told.calls().get(1).observedAt());
    }

    @Test
    void unreadableHeadersAreIgnoredLines() {
        Told told = Told.of("# lost: many\n# writer: \n# clock: -\n# lost: -5\n#lost: 5\n");
        assertEquals(5, told.counts.ignored());
        assertEquals(0, told.counts.lost());
        assertTrue(told.writer.isEmpty());
    }
}
