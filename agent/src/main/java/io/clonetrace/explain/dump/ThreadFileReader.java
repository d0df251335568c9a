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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads dumps of {@code jcmd PID Thread.dump_to_file} in text, of JDK 19 to 27 (jdk.internal.vm.ThreadDumper): pid,
 * time, version, then the threads.
 */
public final class ThreadFileReader implements LineReader {
    private static final String FORM = "jcmd Thread.dump_to_file";

    /** State and time are there from JDK 24. */
    private static final Pattern THREAD =
            Pattern.compile("#(\\d{1,18}) \"(.*)\"( virtual)?(?: ([A-Z_]{3,20})(?: \\d{4}-\\S{1,40})?)?\\s*");

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::[\\d.]{2,12})?Z");
    private static final Pattern PID = Pattern.compile("-?\\d{1,10}");
    private static final Pattern VERSION = Pattern.compile("\\d{2,4}[\\w.+-]{0,60}");
    private static final Pattern FRAME =
            Pattern.compile("\\s{2,}(?:at )?[\\p{L}\\p{N}_.$/@-]{1,400}\\.[\\p{L}\\p{N}_.$<>]{1,200}\\(.*\\)");

    private final Documents documents;
    private Document dump;
    private TextLine first;
    private TextLine second;
    /** A line that may be a thread's, if a frame follows. */
    private TextLine candidate;

    public ThreadFileReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        TextLine before = candidate;
        candidate = null;
        if (text.isEmpty()) {
            return false;
        }
        char c = text.charAt(0);
        if (c == '#') {
            return thread(line);
        }
        if (c == ' ' || c == '\t') {
            return frame(line, before);
        }
        return header(line);
    }

    private boolean header(TextLine line) {
        String text = line.text().strip();
        TextLine time = second;
        TextLine pid = first;
        first = null;
        second = null;
        if (text.length() > 80) {
            return false;
        }
        if (time != null && VERSION.matcher(text).matches()) {
            dump = documents.begin(DocumentKind.THREAD_DUMP, FORM, pid);
            dump.fact(Fact.Name.PID, pid.text(), pid);
            dump.fact(Fact.Name.TIME, time.text(), time);
            dump.fact(Fact.Name.JVM, text, line);
            noVmThreads();
            return true;
        }
        if (pid != null && TIME.matcher(text).matches()) {
            first = pid;
            second = line;
            return true;
        }
        if (PID.matcher(text).matches()) {
            first = line;
        }
        return false;
    }

    private boolean thread(TextLine line) {
        Matcher matcher = THREAD.matcher(line.text());
        if (!matcher.matches()) {
            return false;
        }
        if (dump == null && matcher.group(4) == null && matcher.group(3) == null) {
            candidate = line;
            return false;
        }
        add(matcher, line);
        return true;
    }

    private void add(Matcher matcher, TextLine line) {
        if (dump == null) {
            dump = documents.begin(DocumentKind.THREAD_DUMP, FORM, line);
            dump.add(new Gap(
                    "The dump lacks its first lines (pid, time, version): threads may be missing too.", line.place()));
            noVmThreads();
        }
        dump.add(new SeenThread(
                matcher.group(3) == null ? ThreadKind.ofJavaThread(matcher.group(2)) : ThreadKind.VIRTUAL,
                matcher.group(2),
                Document.UNKNOWN,
                Long.parseLong(matcher.group(1)),
                Document.UNKNOWN,
                matcher.group(4),
                line.place()));
    }

    private void noVmThreads() {
        dump.add(new Gap("Threads of the VM (GC, compiler) are not listed in this form.", dump.recognised()));
    }

    private boolean frame(TextLine line, TextLine before) {
        if (dump == null && before == null) {
            return false;
        }
        boolean frame = FRAME.matcher(line.text()).matches();
        if (before != null && frame) {
            Matcher matcher = THREAD.matcher(before.text());
            if (matcher.matches()) {
                add(matcher, before);
            }
        }
        boolean lock = dump != null && line.text().startsWith("    - ");
        if (dump != null && (frame || lock)) {
            dump.extend(line);
            return true;
        }
        return false;
    }
}
