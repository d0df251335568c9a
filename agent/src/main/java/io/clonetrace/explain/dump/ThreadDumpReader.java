package io.clonetrace.explain.dump;

import io.clonetrace.explain.dump.ThreadLine.Form;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.JcmdPid;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Place;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the thread dumps that HotSpot prints (jstack, {@code jcmd Thread.print}, SIGQUIT, jhsdb), of JDK 6 to 27, and
 * those of {@link java.lang.management.ThreadInfo}.
 */
public final class ThreadDumpReader implements LineReader {
    private static final String HEADER = "Full thread dump ";
    private static final String STATE = "java.lang.Thread.State: ";
    /** Below the header, in updates of JDK 21 and in later JDKs. */
    private static final String JDK = "JDK version: ";

    private static final String END = "JNI global ref";
    private static final String DEBUGGER = "Attaching to process ID ";

    /** HotSpot prints it before the header. */
    private static final String FIRST_THREAD = "Reference Handler";

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d");

    /** HotSpot's ThreadsSMRSupport::print_info_on, from JDK 10. */
    private static final Pattern LIST =
            Pattern.compile("_java_thread_list=\\S{1,20}, length=(\\d{1,9}), elements=\\{.*");

    /** JavaThread::print_on: the first from JDK 19, the second, with the virtual thread's frames, from JDK 23. */
    private static final Pattern VIRTUAL =
            Pattern.compile("(?:Carrying|Mounted) virtual thread (?:\"(.*)\" )?#(\\d{1,18})");

    private static final int TIME_LENGTH = "2026-11-29 08:39:31".length();

    private static final List<String> DEBUGGER_SAYS = List.of(
            "Debugger attached successfully",
            "Server compiler detected",
            "Client compiler detected",
            "JVM version is",
            "Deadlock Detection:",
            "No deadlocks found");

    private final Documents documents;
    private final JcmdPid pid = new JcmdPid();

    private Document dump;
    private Form form;
    private boolean headed;
    private TextLine time;
    private TextLine debugger;
    private Place place;
    private long length;
    private long listed;
    private String firstIdentity;
    private long virtual;
    private long lastVirtual;

    private ThreadLine thread;
    private Place threadPlace;
    private boolean inHeap;
    private boolean inList;

    public ThreadDumpReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        int header = text.indexOf(HEADER);
        if (header >= 0 && text.length() > header + HEADER.length()) {
            close(headed);
            debugger = null;
            begin(Form.PRINT, line);
            headed = true;
            dump.fact(Fact.Name.JVM, jvm(text.substring(header + HEADER.length())), line);
            if (time != null) {
                dump.fact(Fact.Name.TIME, time.text(), time);
            }
            pid.tell(dump);
            return true;
        }
        time = null;
        Optional<ThreadLine> begun = ThreadLine.of(text);
        if (begun.isPresent()) {
            thread(begun.get(), line);
            return true;
        }
        return dump == null ? outside(text, line) : detail(text.strip(), line);
    }

    private boolean outside(String text, TextLine line) {
        if (text.startsWith(DEBUGGER)) {
            debugger = line;
            return true;
        }
        if (debugger != null && DEBUGGER_SAYS.stream().anyMatch(text::startsWith)) {
            return true;
        }
        if (text.length() == TIME_LENGTH && TIME.matcher(text).matches()) {
            time = line;
            return true;
        }
        pid.look(line);
        return inHeap && (text.equals("Heap") || text.startsWith(" "));
    }

    /** A line within a dump. */
    private boolean detail(String text, TextLine line) {
        if (text.isEmpty()) {
            return false;
        }
        if (inList) {
            inList = !text.startsWith("}");
            return true;
        }
        if (text.startsWith(END)) {
            dump.extend(line);
            close(false);
            return true;
        }
        if (text.startsWith("_java_thread_list=")) {
            return list(text, line);
        }
        if (text.startsWith(JDK) && listed == 0) {
            return true;
        }
        if (text.startsWith(STATE) && thread != null) {
            state(text.substring(STATE.length()));
        } else if (text.startsWith("Carrying virtual") || text.startsWith("Mounted virtual")) {
            mounted(text, line);
        } else if (!isPartOfThread(text)) {
            return false;
        }
        dump.extend(line);
        return true;
    }

    private static boolean isPartOfThread(String text) {
        return text.startsWith("at ")
                || text.startsWith("- ")
                || text.startsWith("JavaThread state:")
                || text.startsWith("Locked ownable synchronizers")
                || text.startsWith("No compile task")
                || text.startsWith("Compiling:")
                || text.startsWith("Threads class SMR info");
    }

    private boolean list(String text, TextLine line) {
        Matcher matcher = LIST.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        length = Long.parseLong(matcher.group(1));
        dump.add(new ThreadTotal(ThreadKind.JAVA, length, Document.UNKNOWN, Document.UNKNOWN, line.place()));
        inList = !text.endsWith("}");
        return true;
    }

    private void state(String state) {
        ThreadKind kind = thread.kind() == ThreadKind.UNKNOWN ? ThreadKind.JAVA : thread.kind();
        thread = new ThreadLine(
                thread.form(), kind, thread.name(), thread.tid(), thread.javaId(), state, thread.identity());
    }

    private void mounted(String text, TextLine line) {
        Matcher matcher = VIRTUAL.matcher(text);
        if (!matcher.matches()) {
            return;
        }
        long javaId = Long.parseLong(matcher.group(2));
        if (javaId != lastVirtual) {
            flush();
            virtual++;
            dump.add(new SeenThread(
                    ThreadKind.VIRTUAL,
                    matcher.group(1),
                    Document.UNKNOWN,
                    javaId,
                    Document.UNKNOWN,
                    null,
                    line.place()));
        }
        lastVirtual = javaId;
    }

    private void thread(ThreadLine begun, TextLine line) {
        flush();
        // A dump without its header: another form, or the same first thread again, is another dump.
        Form begunForm = debugger != null && begun.form() == Form.PRINT ? Form.DEBUGGER : begun.form();
        if (dump != null && (begunForm != form || begun.identity().equals(firstIdentity))) {
            close(headed);
        }
        if (dump == null) {
            begin(begunForm, line);
        }
        if (firstIdentity == null) {
            firstIdentity = begun.identity();
        }
        inList = false;
        thread = begun;
        threadPlace = line.place();
        dump.extend(line);
    }

    private void begin(Form begun, TextLine line) {
        dump = documents.begin(DocumentKind.THREAD_DUMP, begun.label(), debugger == null ? line : debugger);
        form = begun;
        headed = false;
        place = line.place();
        length = 0;
        listed = 0;
        firstIdentity = null;
        virtual = 0;
        lastVirtual = 0;
        inHeap = false;
        inList = false;
    }

    private void flush() {
        if (thread != null) {
            if (form == Form.PRINT && FIRST_THREAD.equals(thread.name()) && thread.tid() > 0) {
                dump.fact(Fact.Name.FIRST_THREAD, thread.identity() + " nid=" + thread.tid(), threadPlace);
            }
            ThreadKind kind = thread.kind() == ThreadKind.UNKNOWN ? ThreadKind.VM : thread.kind();
            boolean java = kind == ThreadKind.JAVA;
            listed += java ? 1 : 0;
            dump.add(new SeenThread(
                    java ? ThreadKind.ofJavaThread(thread.name()) : kind,
                    thread.name(),
                    thread.tid(),
                    thread.javaId(),
                    Document.UNKNOWN,
                    thread.state(),
                    threadPlace));
        }
        thread = null;
    }

    /**
     * Ends the dump.
     *
     * @param cut whether the line is missing with which HotSpot ends one
     */
    private void close(boolean cut) {
        if (dump == null) {
            return;
        }
        flush();
        if (listed < length) {
            gap("The dump is cut off: it lists " + listed + " of " + length + " Java threads.");
        } else if (cut) {
            gap("The dump is cut off: it has no line \"JNI global references\", with which HotSpot ends it.");
        }
        if (form == Form.PRINT && !headed) {
            gap("The dump has no line \"Full thread dump\", with which HotSpot begins it: its first threads may be"
                    + " missing.");
        }
        if (form != Form.PRINT) {
            gap("Threads of the VM (GC, compiler) are not listed in this form.");
        }
        if (virtual > 0) {
            gap("Only virtual threads that are mounted on a carrier are listed;"
                    + " jcmd PID Thread.dump_to_file lists all.");
        }
        inHeap = headed;
        debugger = null;
        time = null;
        dump = null;
    }

    private void gap(String sentence) {
        dump.add(new Gap(sentence, place));
    }

    @Override
    public void end() {
        close(headed);
    }

    private static String jvm(String text) {
        String stripped = text.strip();
        return stripped.endsWith(":") ? stripped.substring(0, stripped.length() - 1) : stripped;
    }
}
