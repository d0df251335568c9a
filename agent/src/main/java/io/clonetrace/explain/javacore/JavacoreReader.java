package io.clonetrace.explain.javacore;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.SeenUse;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a javacore (runtime/rasdump/javadump.cpp): each line begins with a tag such as {@code 2CIUSERLIMIT}. The values
 * of limits are bytes and counts.
 */
public final class JavacoreReader implements LineReader {
    private static final String TITLE = "0SECTION       TITLE subcomponent dump routine";
    private static final Map<String, LimitName> LIMITS = Map.of(
            "RLIMIT_AS", LimitName.RLIMIT_AS,
            "RLIMIT_DATA", LimitName.RLIMIT_DATA,
            "RLIMIT_NPROC", LimitName.RLIMIT_NPROC,
            "RLIMIT_STACK", LimitName.RLIMIT_STACK);

    private static final Pattern TAG = Pattern.compile("(?:NULL|[0-9][A-Z0-9]{3,15})(?:\\s.*)?");
    private static final Pattern THREAD_ID = Pattern.compile("native thread ID:0x(\\p{XDigit}{1,15})");
    private static final Pattern JAVA_ID = Pattern.compile("getId:0x(\\p{XDigit}{1,15})");
    private static final Pattern STACK_SIZE = Pattern.compile("size:0x(\\p{XDigit}{1,15})");
    private static final Pattern STATE = Pattern.compile(", state:(\\w{1,4})[, ]");
    private static final Pattern ERRNO = Pattern.compile("errno (\\d{1,3})");
    private static final Map<String, String> ERRNOS = Map.of("1", "EPERM", "11", "EAGAIN", "12", "ENOMEM");

    private final Documents documents;
    private Document document;
    private OpenThread thread;
    private boolean isCurrent;
    private long listed;
    private long live = Document.UNKNOWN;
    private TextLine liveLine;

    /** A thread whose further lines may follow. */
    private static final class OpenThread {
        private final TextLine line;
        private final String name;
        private final ThreadKind kind;
        private final String state;
        private long tid = Document.UNKNOWN;
        private long javaId = Document.UNKNOWN;
        private long stack = Document.UNKNOWN;

        OpenThread(TextLine line, String name, ThreadKind kind, String state) {
            this.line = line;
            this.name = name;
            this.kind = kind;
            this.state = state;
        }
    }

    public JavacoreReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (text.startsWith(TITLE)) {
            end();
            document = documents.begin(DocumentKind.JAVACORE, null, line);
            return true;
        }
        if (document == null
                || text.isEmpty()
                || !isTag(text.charAt(0))
                || !TAG.matcher(text).matches()) {
            return false;
        }
        document.extend(line);
        int space = text.indexOf(' ');
        if (space > 0) {
            tagged(text.substring(0, space), text.substring(space).strip(), line);
        }
        return true;
    }

    private static boolean isTag(char first) {
        return first == 'N' || first >= '0' && first <= '9';
    }

    private void tagged(String tag, String text, TextLine line) {
        switch (tag) {
            case "1TISIGINFO" -> thrown(text, line);
            case "1TIDATETIME" -> document.fact(Fact.Name.TIME, text.replaceFirst("^Date:\\s*", ""), line);
            case "1CIJAVAVERSION" -> document.fact(Fact.Name.JVM, text, line);
            case "1CIPROCESSID" -> document.fact(Fact.Name.PID, firstNumber(text), line);
            case "2XHOSLEVEL" -> document.fact(Fact.Name.KERNEL, text.replaceFirst("^OS Level\\s*:\\s*", ""), line);
            case "2CIUSERLIMIT" -> limit(text, line);
            case "2CICGRPINFO" -> cgroup(text, line);
            case "2CICONTINFO" -> document.fact(Fact.Name.CONTAINER, text, line);
            // The current thread is listed again among all.
            case "1XMCURTHDINFO" -> isCurrent = true;
            case "1XMTHDINFO" -> isCurrent = false;
            case "2XMPOOLLIVE" -> live(text, line);
            case "3XMTHREADINFO" -> begin(text, line);
            case "3XMJAVALTHREAD" -> thread(JAVA_ID, text, false);
            case "3XMTHREADINFO1" -> thread(THREAD_ID, text, true);
            case "3XMTHREADINFO2" -> stack(text);
            default -> {
                // Nothing about threads and limits.
            }
        }
    }

    private void thrown(String text, TextLine line) {
        if (text.contains("ailed to create a thread")) {
            Matcher errno = ERRNO.matcher(text);
            document.add(Failure.of(Operation.OUT_OF_MEMORY_ERROR, line)
                    .withErrno(errno.find() ? ERRNOS.getOrDefault(errno.group(1), "errno " + errno.group(1)) : null));
        }
        document.fact(Fact.Name.ERROR, text.replaceFirst("^Dump Event ", ""), line);
    }

    private static String firstNumber(String text) {
        Matcher number = Pattern.compile("\\d{1,10}").matcher(text);
        return number.find() ? number.group() : text;
    }

    private void limit(String text, TextLine line) {
        String[] words = text.split("\\s+", 4);
        LimitName name = LIMITS.get(words[0]);
        if (name != null && words.length >= 3 && value(words[1]) >= 0) {
            document.add(new SeenLimit(name, value(words[1]), value(words[2]), line.place()));
        }
    }

    private static long value(String text) {
        if (text.equals("unlimited")) {
            return SeenLimit.UNLIMITED;
        }
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : Document.UNKNOWN;
    }

    private void cgroup(String text, TextLine line) {
        Matcher amount = Pattern.compile("Memory (Limit|Usage) : (\\d{1,18}|Not Set)(?: bytes)?")
                .matcher(text);
        if (!amount.matches()) {
            return;
        }
        long bytes = amount.group(2).equals("Not Set") ? SeenLimit.UNLIMITED : Long.parseLong(amount.group(2));
        if (amount.group(1).equals("Limit")) {
            document.add(new SeenLimit(LimitName.MEMORY_MAX, bytes, line.place()));
        } else if (bytes != SeenLimit.UNLIMITED) {
            document.add(new SeenUse(Resource.CGROUP_MEMORY, bytes, line.place()));
        }
    }

    private void live(String text, TextLine line) {
        String digits = text.substring(text.lastIndexOf(' ') + 1);
        if (digits.matches("\\d{1,9}")) {
            live = Long.parseLong(digits);
            liveLine = line;
            document.add(new ThreadTotal(ThreadKind.JAVA, live, -1, -1, line.place()));
        }
    }

    /**
     * {@code "main" J9VMThread:0x.., omrthread_t:0x.., java/lang/Thread:0x.., state:CW, prio=5}; a native one is
     * Anonymous.
     */
    private void begin(String text, TextLine line) {
        flush();
        boolean anonymous = text.startsWith("Anonymous native thread");
        int end = text.lastIndexOf("\" J9VMThread:");
        if (isCurrent || !anonymous && (!text.startsWith("\"") || end < 1)) {
            return;
        }
        Matcher state = STATE.matcher(text);
        thread = new OpenThread(
                line,
                anonymous ? "Anonymous native thread" : text.substring(1, end),
                anonymous ? ThreadKind.NATIVE : ThreadKind.JAVA,
                !anonymous && state.find(end) ? state.group(1) : null);
    }

    private void thread(Pattern pattern, String text, boolean ofKernel) {
        Matcher number = pattern.matcher(text);
        if (thread != null && number.find()) {
            long value = Long.parseLong(number.group(1), 16);
            if (ofKernel) {
                thread.tid = value;
            } else {
                thread.javaId = value;
            }
        }
    }

    private void stack(String text) {
        Matcher size = STACK_SIZE.matcher(text);
        if (thread != null && size.find()) {
            thread.stack = Long.parseLong(size.group(1), 16);
        }
    }

    private void flush() {
        if (thread != null) {
            listed += thread.kind == ThreadKind.JAVA ? 1 : 0;
            document.add(new SeenThread(
                    thread.kind,
                    thread.name,
                    thread.tid,
                    thread.javaId,
                    thread.stack,
                    thread.state,
                    thread.line.place()));
            thread = null;
        }
    }

    @Override
    public void end() {
        if (document == null) {
            return;
        }
        flush();
        if (live > listed) {
            document.add(new Gap(
                    "The list of threads is shortened: " + live + " by its own count, " + listed + " listed.",
                    liveLine.place()));
        }
        document = null;
        listed = 0;
        live = Document.UNKNOWN;
    }
}
