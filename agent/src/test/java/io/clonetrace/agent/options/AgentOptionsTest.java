package io.clonetrace.agent.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.trace.StackCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentOptionsTest {
    private static final Pattern DOCUMENTED =
            Pattern.compile("<!-- agent-options -->\n```\n(.*?)```\n<!-- /agent-options -->", Pattern.DOTALL);

    private static AgentOptions parse(String text) {
        return AgentOptions.parse(text);
    }

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> parse(text), text)
                .getMessage();
    }

    @Test
    void defaultsApplyWithoutOptions() {
        AgentOptions options = parse(null);
        assertEquals(new AgentOptions.SourceOption("auto"), options.source());
        assertEquals(Optional.empty(), options.record());
        assertEquals(new AgentOptions.StacksOption(Optional.of(Duration.ofSeconds(10)), true), options.stacks());
        assertEquals(Duration.ofSeconds(2), options.await());
        assertEquals(StackCapture.Mode.NATIVE, options.nativeStacks());
        assertFalse(options.demo());
        assertFalse(options.help());
        assertEquals(options, parse(""));
    }

    @ParameterizedTest
    @EnumSource
    void defaultIsAValidValue(AgentOption option) {
        if (!option.standard().isEmpty()) {
            assertEquals(parse(null), parse(option.key() + "=" + option.standard()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "auto, auto, ",
        "strace, strace, ",
        "ebpf, ebpf, ",
        "none, none, ",
        "tracefs, tracefs, ",
        "strace:app.strace, strace, app.strace",
        "strace:a=b:c d, strace, a=b:c d",
    })
    void source(String value, String name, Path file) {
        assertEquals(
                new AgentOptions.SourceOption(name, Optional.ofNullable(file), Duration.ZERO),
                parse("source=" + value).source());
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "10s, PT10S", "3m, PT3M", "1h, PT1H"})
    void stacksAndWaitAcceptDurations(String value, Duration time) {
        assertEquals(
                new AgentOptions.StacksOption(Optional.of(time), false),
                parse("stacks=" + value).stacks());
        assertEquals(
                new AgentOptions.StacksOption(Optional.of(time), true),
                parse("stacks=" + value + "+end").stacks());
        assertEquals(time, parse("wait=" + value).await());
    }

    @Test
    void stacksMayBeMeasuredOnlyAtTheEndOrNever() {
        assertEquals(
                new AgentOptions.StacksOption(Optional.empty(), true),
                parse("stacks=end").stacks());
        assertEquals(
                new AgentOptions.StacksOption(Optional.empty(), false),
                parse("stacks=off").stacks());
    }

    @ParameterizedTest
    @CsvSource({"native, NATIVE", "all, ALL", "off, OFF"})
    void nativeStacks(String value, StackCapture.Mode mode) {
        assertEquals(mode, parse("native-stacks=" + value).nativeStacks());
    }

    @ParameterizedTest
    @CsvSource({"250m, 262144000", "2G, 2147483648", "512k, 524288"})
    void recordingIsLimitedInSize(String value, long bytes) {
        assertEquals(
                new RecordingBounds(Optional.of(bytes), Optional.empty()),
                parse("record=a.jfr,maxsize=" + value).bounds());
    }

    @ParameterizedTest
    @CsvSource({"30m, PT30M", "12h, PT12H", "7d, P7D", "90s, PT90S"})
    void recordingIsLimitedInAge(String value, Duration age) {
        assertEquals(
                new RecordingBounds(Optional.empty(), Optional.of(age)),
                parse("maxage=" + value + ",record=a.jfr").bounds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxsize=250m", "maxage=7d"})
    void limitOfNoRecordingIsRefused(String text) {
        assertEquals(
                "option " + text.split("=")[0] + " limits the recording of record=FILE.jfr, and there is none",
                refusal(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maxsize=0m", "maxsize=250", "maxsize=-1m", "maxsize=1t", "maxage=0s", "maxage=7"})
    void impossibleLimitIsRefused(String text) {
        assertEquals(
                "option " + text.replace("=", " can't be \"") + "\"; valid is "
                        + (text.startsWith("maxsize") ? "maxsize=SIZE" : "maxage=TIME"),
                refusal("record=a.jfr," + text));
    }

    @Test
    void optionsAreSeparatedByCommas() {
        AgentOptions options = parse("record=a.jfr,demo=true,source=none,wait=0s");
        assertEquals(Optional.of(Path.of("a.jfr")), options.record());
        assertTrue(options.demo());
        assertEquals("none", options.source().name());
        assertEquals(Duration.ZERO, options.await());
        assertTrue(parse("source=none,help").help());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "source",
                "source=",
                "source=STRACE",
                "source=strace:",
                "source=strace:\0",
                "record",
                "record=",
                "record=\0",
                "stacks",
                "stacks=",
                "stacks=10",
                "stacks=0s",
                "stacks=-1s",
                "stacks=1d",
                "stacks=+end",
                "stacks=end+10s",
                "stacks=10s+END",
                "stacks=99999999999s",
                "native-stacks",
                "native-stacks=",
                "native-stacks=none",
                "native-stacks=true",
                "native-stacks=NATIVE",
                "demo",
                "demo=yes",
                "wait",
                "wait=",
                "wait=2",
                "wait=2 s",
            })
    void invalidValueIsRejectedWithTheValidOnes(String text) {
        String key = text.split("=")[0];
        AgentOption option = Arrays.stream(AgentOption.values())
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow();
        String message = refusal(text);
        assertTrue(message.startsWith("option " + key + " "), message);
        assertTrue(message.endsWith(key + "=" + option.form()), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sauce=auto", "Source=auto", "=auto", " source=auto", "source=auto,", ","})
    void unknownOptionIsRejectedWithTheListOfOptions(String text) {
        String all = Arrays.stream(AgentOption.values())
                .filter(AgentOption::isShown)
                .map(AgentOption::key)
                .collect(Collectors.joining(", "));
        assertTrue(refusal(text).endsWith("the options are " + all), refusal(text));
    }

    @Test
    void optionGivenTwiceIsRejected() {
        assertEquals("option wait is given twice", refusal("wait=1s,wait=1s"));
    }

    @ParameterizedTest
    @EnumSource
    void helpListsEachOption(AgentOption option) {
        String form = option.form().isEmpty() ? "" : "=" + option.form();
        // The help breaks its lines at a terminal's width.
        String help = AgentOption.help().replaceAll("\\s+", " ");
        assertEquals(option.isShown(), help.contains(" " + option.key() + form + " " + option.meaning()), help);
    }

    @Test
    void documentationShowsTheHelp() throws IOException {
        Matcher block = DOCUMENTED.matcher(Files.readString(Path.of("..", "docs", "commands.md")));
        assertTrue(block.find(), "docs/commands.md has no block between the comments agent-options");
        assertEquals(AgentOption.help(), block.group(1));
    }
}
