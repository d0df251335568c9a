package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.input.TextInput;
import io.clonetrace.explain.input.UnreadableInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the inputs of one incident, one after the other. */
public final class IncidentReader {
    /** So many lines are between two calls of the progress. */
    private static final int STEP = 1 << 14;

    private final Documents documents = new Documents();
    private final List<InputText> inputs = new ArrayList<>();
    private final ReadProgress progress;

    /** Receives the progress of reading. */
    public interface ReadProgress {
        /**
         * Called every now and then.
         *
         * @param bytes how many of the input have been read
         * @param lines how many lines they hold
         */
        void at(String name, long bytes, long lines);
    }

    public IncidentReader(ReadProgress progress) {
        this.progress = progress;
    }

    /**
     * Reads an input to its end, and closes it. An input that holds no text, or breaks off, is no failure: its
     * {@link InputText#problem} says so.
     *
     * @param name for people
     * @throws IOException if it can't be read
     */
    public void read(String name, InputStream bytes) throws IOException {
        try (InputStream closed = bytes;
                TextInput text = new TextInput(name, closed)) {
            read(name, text);
        } catch (UnreadableInputException noText) {
            inputs.add(new InputText(name, 0, 0, 0, 0, 0, Optional.of(noText.getMessage())));
        }
    }

    /**
     * Adds an input that could not be read, or not to its end.
     *
     * @param why to follow its name
     */
    public void unreadable(String name, String why) {
        inputs.add(new InputText(name, 0, 0, 0, 0, 0, Optional.of(why)));
    }

    private void read(String name, TextInput text) throws IOException {
        Readers readers = new Readers(documents);
        long taken = 0;
        long firstLeft = 0;
        for (TextLine line = text.next(); line != null; line = text.next()) {
            if (readers.read(line)) {
                taken++;
            } else if (firstLeft == 0 && !line.text().isBlank()) {
                firstLeft = line.number();
            }
            if (line.number() % STEP == 0) {
                progress.at(name, text.bytesRead(), line.number());
            }
        }
        readers.end();
        inputs.add(new InputText(
                name, text.lines(), taken, firstLeft, text.cutLines(), text.firstCutLine(), text.damage()));
    }

    /** What was read. */
    public Incident incident() {
        return new Incident(List.copyOf(inputs), List.copyOf(documents.all()), documents.dropped());
    }
}
