package io.clonetrace.explain.hserr;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.TextLine;

/**
 * Reads an hs_err file, or the summary of it that HotSpot prints on the console: lines that begin with {@code #}, and
 * in the file the sections after them up to {@code END.}
 */
public final class HsErrReader implements LineReader {
    private static final String FATAL = "# A fatal error has been detected by the Java Runtime Environment:";
    private static final String NO_MEMORY =
            "# There is insufficient memory for the Java Runtime Environment to continue.";

    private static final String SECTION = "---------------  ";

    private final Documents documents;
    private State state = State.OUTSIDE;

    /** Whether the file is there from its begin, and not lines of it. */
    private boolean whole;

    /** By how many blanks the first line, and so each, is indented. */
    private int indent;

    private Document document;
    private HsErrHeader header;
    private HsErrThreads threads;
    private HsErrMappings mappings;
    private HsErrSystem system;

    /** Where in a file the last line was. */
    private enum State {
        OUTSIDE,
        HEADER,
        SECTIONS
    }

    public HsErrReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine indented) {
        TextLine line = withoutIndent(indented);
        String text = line.text();
        if (isFirst(text)) {
            begin(line);
            return true;
        }
        if (text.startsWith(" ") && text.indexOf('#') > 0 && isFirst(text.stripLeading())) {
            indent = text.indexOf('#');
            begin(line);
            return true;
        }
        return switch (state) {
            case OUTSIDE -> isOfSections(text) && beginsInside(line);
            case HEADER -> header(line);
            case SECTIONS -> section(line);
        };
    }

    private static boolean isFirst(String text) {
        return text.startsWith("# ") && (text.startsWith(FATAL) || text.startsWith(NO_MEMORY));
    }

    /** Markdown indents code; what HotSpot itself indents stays so. */
    private TextLine withoutIndent(TextLine line) {
        int at = 0;
        while (at < indent && at < line.text().length() && line.text().charAt(at) == ' ') {
            at++;
        }
        return at == 0
                ? line
                : new TextLine(line.file(), line.number(), line.text().substring(at), line.raw());
    }

    /** What no other text has: people post parts of such a file. */
    private static boolean isOfSections(String text) {
        return HsErrThreads.isList(text) || HsErrSystem.isLimit(text);
    }

    private boolean beginsInside(TextLine line) {
        begin(line);
        document.become(DocumentKind.HS_ERR, "a part of it");
        state = State.SECTIONS;
        return section(line);
    }

    private void begin(TextLine line) {
        end();
        document = documents.begin(DocumentKind.HS_ERR, null, line);
        header = new HsErrHeader(document);
        threads = new HsErrThreads(document);
        mappings = new HsErrMappings(document);
        system = new HsErrSystem(document);
        state = State.HEADER;
        whole = false;
    }

    private boolean header(TextLine line) {
        if (line.text().startsWith(SECTION)) {
            state = State.SECTIONS;
            whole = true;
            document.extend(line);
            return true;
        }
        if (isOfSections(line.text())) {
            state = State.SECTIONS;
            return section(line);
        }
        if (!line.text().startsWith("#")) {
            // On a console other output lies between; in the file, a blank line.
            return false;
        }
        document.extend(line);
        header.read(line);
        return true;
    }

    private boolean section(TextLine line) {
        String text = line.text();
        if (isForeign(text)) {
            return false;
        }
        whole |= text.startsWith(SECTION);
        if (text.equals("END.")) {
            document.extend(line);
            end();
            return true;
        }
        boolean known = mappings.read(line) || threads.read(line) || system.read(line) || header.inSections(line);
        // Of a part, what lies between its lines may be anything.
        if (known || whole) {
            document.extend(line);
            return true;
        }
        return false;
    }

    /** With -XX:+ErrorFileToStdout, and in a log of all output, other output lies between. */
    private static boolean isForeign(String text) {
        return text.startsWith("Full thread dump ")
                || text.contains("] Failed to start ")
                || text.contains("VM warning: ")
                || text.startsWith("Exception in thread ");
    }

    @Override
    public void end() {
        if (state == State.OUTSIDE) {
            return;
        }
        header.end();
        if (state == State.SECTIONS) {
            mappings.end();
            threads.end();
        } else {
            document.become(DocumentKind.FATAL_ERROR, null);
        }
        state = State.OUTSIDE;
    }

    /** What the lines say of the JVM, for the header and the sections. */
    static void fact(Document document, Fact.Name name, String value, TextLine line) {
        if (!value.isBlank()) {
            document.fact(name, value, line);
        }
    }
}
