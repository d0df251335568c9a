package io.clonetrace.cli.top;

import io.clonetrace.cli.attach.TimeOption;
import io.clonetrace.cli.output.TerminalLayout.Colour;
import io.clonetrace.live.Dimension;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What {@code top} shows, and how. */
final class TopOptions {
    @Option(
            names = {"-b", "--batch"},
            description = "print a block of lines each interval instead of a screen; the default without a terminal")
    boolean batch;

    @Option(names = "--json", description = "print an object each interval, one a line, with all rows")
    boolean json;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = TimeOption.class,
            description = "how often it looks, 200ms at least (default ${DEFAULT-VALUE})")
    Duration interval;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "how long it follows the JVM (default: until q, Ctrl-C or the JVM's end)")
    Duration duration;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "site",
            converter = ByName.class,
            completionCandidates = ByNames.class,
            description = "the table: by ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    Dimension by;

    @Option(
            names = "--sort",
            paramLabel = "COLUMN",
            defaultValue = "alive",
            description = "${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    RowOrder order;

    @Option(
            names = "--filter",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "show only rows whose name contains it, in capitals or not")
    String filter;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "10",
            description = "rows of a block (default ${DEFAULT-VALUE})")
    int rows;

    @Option(
            names = "--no-attach",
            description = "attach no agent: creations of Java threads only, as the JDK records them")
    boolean noAttach;

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            defaultValue = "auto",
            description = "${COMPLETION-CANDIDATES}: whether the screen has colours (default ${DEFAULT-VALUE})")
    Colour colour;

    /** A table by its name. */
    static final class ByName implements ITypeConverter<Dimension> {
        @Override
        public Dimension convert(String name) {
            return Arrays.stream(Dimension.values())
                    .filter(one -> one.key().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("no table \"" + name + "\"; valid: "
                            + Arrays.stream(Dimension.values())
                                    .map(Dimension::key)
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** The tables' names, for the help and the completion. */
    static final class ByNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Dimension.values()).map(Dimension::key).iterator();
        }
    }
}
