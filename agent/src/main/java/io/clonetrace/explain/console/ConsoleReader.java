package io.clonetrace.explain.console;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Optional;

/** Reads the messages about threads on a console, with other output between them. */
public final class ConsoleReader implements LineReader {
    private final Documents documents;
    private Document console;

    public ConsoleReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        Optional<Failure> failure = ConsoleMessage.failure(line);
        failure.ifPresent(one -> document(line).add(one));
        return failure.isPresent();
    }

    private Document document(TextLine line) {
        if (console == null) {
            console = documents.begin(DocumentKind.CONSOLE, null, line);
        }
        return console;
    }
}
