package io.clonetrace.explain.dump;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;

/** Reads dumps of {@code jcmd PID Thread.dump_to_file -format=json}, of JDK 19 to 27, indented or in one line. */
public final class JsonDumpReader implements LineReader, JsonThreads.Receiver {
    private static final String BEGIN = "\"threadDump\"";
    private static final String FORM = "jcmd Thread.dump_to_file -format=json";
    private static final String NO_VM_THREADS = "Threads of the VM (GC, compiler) are not listed in this form.";

    /** The outermost frame of a virtual thread, but not of its carrier. */
    private static final String VIRTUAL_RUN = "java.lang.VirtualThread.run(";

    private final Documents documents;
    private Document dump;
    private TextLine current;
    private JsonLexer lexer;
    private JsonThreads content;
    private long missing;
    private boolean closed;

    public JsonDumpReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        int begin = text.indexOf(BEGIN);
        int from = begin < 0 ? 0 : object(text, begin + BEGIN.length());
        if (from > 0) {
            close();
            begin(line);
        } else if (dump == null) {
            return isAround(text.strip());
        }
        current = line;
        return take(text, from);
    }

    /** Where the value begins of the member whose name ends there; 0 if it is none. */
    private static int object(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == ':')) {
            at++;
        }
        return at > from && (at == text.length() || text.charAt(at) == '{') ? at : 0;
    }

    /** The braces around the dump. */
    private boolean isAround(String text) {
        boolean closing = closed && text.equals("}");
        closed = false;
        return closing || text.equals("{");
    }

    private boolean take(String text, int from) {
        boolean json = lexer.take(text, from) == text.length();
        boolean taken = json && !text.isBlank() || from > 0 || content.ended();
        if (taken) {
            dump.extend(current);
        }
        if (content.ended() || !json || !lexer.endOfLine()) {
            close();
        }
        return taken;
    }

    private void begin(TextLine line) {
        dump = documents.begin(DocumentKind.THREAD_DUMP, FORM, line);
        content = new JsonThreads(this);
        lexer = new JsonLexer(content);
        missing = 0;
        current = line;
    }

    private void close() {
        if (dump == null) {
            return;
        }
        if (!content.ended()) {
            gap("The dump is cut off, or broken, after line " + dump.place().last() + ".");
        }
        if (missing > 0) {
            gap(missing
                    + " more threads are only counted: the JVM does not list virtual threads that are started without"
                    + " a container (-Djdk.trackAllThreads).");
        }
        gap(NO_VM_THREADS);
        closed = content.ended();
        dump = null;
    }

    private void gap(String sentence) {
        dump.add(new Gap(sentence, dump.recognised()));
    }

    @Override
    public void end() {
        close();
    }

    @Override
    public void thread(JsonThreads.Thread thread) {
        dump.add(new SeenThread(
                kind(thread),
                thread.name,
                Document.UNKNOWN,
                number(thread.tid),
                Document.UNKNOWN,
                thread.state,
                current.place()));
    }

    /** JDK 19 to 23 don't mark virtual threads, and don't tell the state. */
    private static ThreadKind kind(JsonThreads.Thread thread) {
        if (thread.virtual) {
            return ThreadKind.VIRTUAL;
        }
        ThreadKind platform = ThreadKind.ofJavaThread(thread.name);
        if (thread.state != null) {
            return platform;
        }
        if (thread.lastFrame == null) {
            return ThreadKind.UNKNOWN;
        }
        String frame = thread.lastFrame;
        return frame.startsWith(VIRTUAL_RUN, frame.indexOf('/') + 1) ? ThreadKind.VIRTUAL : platform;
    }

    @Override
    public void container(String name, String threadCount, long listed) {
        missing += Math.max(0, number(threadCount) - listed);
    }

    @Override
    public void dump(String name, String value) {
        switch (name) {
            case "processId" -> dump.fact(Fact.Name.PID, value, current);
            case "time" -> dump.fact(Fact.Name.TIME, value, current);
            case "runtimeVersion" -> dump.fact(Fact.Name.JVM, value, current);
            default -> {}
        }
    }

    private static long number(String text) {
        try {
            return text == null ? Document.UNKNOWN : Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            return Document.UNKNOWN;
        }
    }
}
