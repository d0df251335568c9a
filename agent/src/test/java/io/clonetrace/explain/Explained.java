package io.clonetrace.explain;

import io.clonetrace.report.text.TerminalText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** Reads texts and files of the tests' resources as the command does. */
public final class Explained {
    private final IncidentReader reader = new IncidentReader((name, bytes, lines) -> {});

    /** Adds a file of the resources of this package. */
    public Explained file(String name) {
        InputStream input = Objects.requireNonNull(Explained.class.getResourceAsStream(name), name);
        return read(name.substring(name.lastIndexOf('/') + 1), input);
    }

    /** What such a file holds that is compressed by gzip. */
    static String unpacked(String name) {
        try (InputStream file =
                new GZIPInputStream(Objects.requireNonNull(Explained.class.getResourceAsStream(name), name))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public Explained text(String name, String text) {
        return read(name, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Explained read(String name, InputStream input) {
        try {
            reader.read(name, input);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return this;
    }

    public Incident incident() {
        return reader.incident();
    }

    Explanation explanation() {
        return Explanation.of(incident());
    }

    /** What the command prints on 80 columns. */
    public String printed() {
        StringWriter text = new StringWriter();
        new IncidentText(incident(), new TerminalText(new PrintWriter(text))).print();
        return text.toString();
    }

    /** The same on one line, to look for sentences in. */
    public String sentences() {
        return printed().replaceAll("\\s+", " ");
    }
}
