package io.clonetrace.explain.console;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the messages about threads on a console, with other output between them. */
public final class ConsoleReader implements LineReader {
    private static final String AT = "at ";

    /** Packages of the JDK: not the code that wanted the thread. */
    private static final Pattern JDK =
            Pattern.compile("at (?:[\\w.]+@[\\w.+-]+/|[\\w.]+/)?(?:java|javax|jdk|sun)\\..*");

    private static final int MOST_FRAMES = 200;

    /** OpenBLAS prints the limit: {@code RLIMIT_NPROC 4096 current, 30592 max}; -1 for none. */
    private static final Pattern BLAS_LIMIT = Pattern.compile("RLIMIT_NPROC (-?\\d{1,15}) current, (-?\\d{1,15}) max");

    private final Documents documents;
    private Document console;
    private Failure thrown;
    private int frames;

    public ConsoleReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (thrown != null && frame(text.stripLeading())) {
            console.extend(line);
            return true;
        }
        // Most lines of a log have none of these.
        Optional<Failure> failure = ConsoleMessage.failure(line);
        if (failure.isPresent()) {
            flush();
            document(line).extend(line);
            if (failure.get().operation() == Operation.OUT_OF_MEMORY_ERROR) {
                thrown = failure.get();
                frames = 0;
            } else {
                console.add(failure.get());
            }
            return true;
        }
        flush();
        return limit(line);
    }

    /**
     * The stack trace below an OutOfMemoryError: its first frame outside of the JDK is the code that wanted a thread.
     */
    private boolean frame(String text) {
        if (!text.startsWith(AT) || frames++ > MOST_FRAMES) {
            return false;
        }
        if (thrown.detail() == null && !JDK.matcher(text).matches()) {
            thrown = thrown.withDetail(text);
        }
        return true;
    }

    private void flush() {
        if (thrown != null) {
            console.add(thrown);
            thrown = null;
        }
    }

    private boolean limit(TextLine line) {
        if (!line.text().startsWith("OpenBLAS blas_thread_init: RLIMIT_NPROC ")) {
            return false;
        }
        Matcher limit = BLAS_LIMIT.matcher(line.text());
        if (!limit.find()) {
            return false;
        }
        document(line)
                .add(new SeenLimit(LimitName.RLIMIT_NPROC, value(limit.group(1)), value(limit.group(2)), line.place()));
        return true;
    }

    private static long value(String number) {
        return number.startsWith("-") ? SeenLimit.UNLIMITED : Long.parseLong(number);
    }

    @Override
    public void end() {
        flush();
    }

    private Document document(TextLine line) {
        if (console == null) {
            console = documents.begin(DocumentKind.CONSOLE, null, line);
        }
        return console;
    }
}
