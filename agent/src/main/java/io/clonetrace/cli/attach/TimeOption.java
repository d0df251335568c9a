package io.clonetrace.cli.attach;

import io.clonetrace.agent.options.TimeSpan;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time as the agent's options take it. */
public final class TimeOption implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return TimeSpan.of(text)
                .filter(time -> !time.isZero())
                .orElseThrow(() -> new TypeConversionException(
                        "\"" + text + "\" is no time; valid is a number with ms, s, m or h, such as 60s"));
    }
}
