package io.clonetrace.explain.hserr;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.SeenThread;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lists of threads. JavaThread::print_on_error has one form in all versions, but for the size and the padding of
 * JDK 21; of the other threads, {@code VMThread [stack: 0x..,0x..] [id=7]} is JDK 8's, {@code VMThread "VM Thread"
 * [stack: 0x..,0x..] [id=7]} 11's and 17's, {@code VMThread "VM Thread" [id=7, stack(0x..,0x..) (1024K)]} that of 21.
 */
final class HsErrThreads {
    private static final String LENGTH = "_java_thread_list=";
    private static final Pattern LIST = Pattern.compile("_java_thread_list=0x\\p{XDigit}+, length=(\\d{1,9}), .*");
    private static final Pattern ADDRESS = Pattern.compile("(?:=>|  )0x\\p{XDigit}{4,16} (?=\\w)");
    private static final Pattern ID = Pattern.compile("\\bid=(\\d{1,10})");
    private static final Pattern STACK =
            Pattern.compile("\\bstack(?:\\(|: )0x(\\p{XDigit}{1,16}),\\s?0x(\\p{XDigit}{1,16})[)\\]]");
    private static final String JAVA = "JavaThread ";

    /** Classes of HotSpot's threads, JDK 8 to 25. */
    private static final Pattern OTHER = Pattern.compile("(?:VMThread|WatcherThread|GCTaskThread|ConcurrentGCThread"
            + "|WorkerThread|GangWorker|ConcurrentMarkSweepThread|NamedThread) [\\[\"]");

    private final Document document;
    private final Matcher address = ADDRESS.matcher("");
    private List list = List.NONE;
    private long length = Document.UNKNOWN;
    private TextLine lengthLine;
    private TextLine head;
    private long inList;
    private long javaListed;
    private boolean anyJavaList;
    private boolean counted;

    /** Which list the lines are in. */
    private enum List {
        NONE,
        JAVA,
        OTHER
    }

    HsErrThreads(Document document) {
        this.document = document;
    }

    /** Whether only such a list has this line. */
    static boolean isList(String text) {
        return text.startsWith("  0x") && text.contains(" JavaThread \"") && text.contains(" stack(0x")
                || text.startsWith("=>0x") && text.contains(" JavaThread \"")
                || text.startsWith(LENGTH);
    }

    boolean read(TextLine line) {
        String text = line.text();
        if (text.startsWith("Java Threads: (")) {
            begin(List.JAVA, line);
            anyJavaList = true;
            return true;
        }
        if (text.startsWith("Other Threads:")) {
            begin(List.OTHER, line);
            return true;
        }
        if (text.startsWith(LENGTH)) {
            Matcher matcher = LIST.matcher(text);
            if (matcher.matches()) {
                length = Long.parseLong(matcher.group(1));
                lengthLine = line;
                document.add(new ThreadTotal(ThreadKind.JAVA, length, -1, -1, line.place()));
            }
            return true;
        }
        if (list == List.NONE && !beginsInside(line)) {
            return false;
        }
        if (text.startsWith("Total: ")) {
            total(text, line);
            list = List.NONE;
            return true;
        }
        if (address.reset(text).lookingAt()) {
            thread(line, address.end());
            return true;
        }
        if (text.startsWith("Threads with active compile tasks:") || text.startsWith("VM state:")) {
            list = List.NONE;
        }
        return false;
    }

    /** A list whose head was not copied. */
    private boolean beginsInside(TextLine line) {
        String text = line.text();
        if (!text.startsWith("  0x") && !text.startsWith("=>0x")
                || !address.reset(text).lookingAt()) {
            return false;
        }
        boolean java = text.startsWith(JAVA, address.end());
        if (java || OTHER.matcher(text).region(address.end(), text.length()).lookingAt()) {
            begin(java ? List.JAVA : List.OTHER, line);
            anyJavaList |= java;
            return true;
        }
        return false;
    }

    private void begin(List which, TextLine line) {
        list = which;
        inList = 0;
        head = line;
    }

    private void thread(TextLine line, int at) {
        String text = line.text();
        inList++;
        boolean java = text.startsWith(JAVA, at);
        int stateAt = text.lastIndexOf(" [");
        int before = list == List.OTHER ? text.indexOf(" [stack: ", at) : -1;
        int end = before > 0 ? before : stateAt;
        int from = text.indexOf('"', at);
        int to = end < 0 ? -1 : text.lastIndexOf('"', end);
        String name = from >= 0 && to > from ? text.substring(from + 1, to) : type(text, at);
        javaListed += java ? 1 : 0;
        document.add(new SeenThread(
                java ? ThreadKind.ofJavaThread(name) : ThreadKind.VM,
                name,
                number(ID, text, Math.max(0, to)),
                Document.UNKNOWN,
                stackSize(text, Math.max(0, to)),
                java ? state(text, stateAt) : null,
                line.place()));
    }

    /** A thread without a name is named by its class: {@code WatcherThread}. */
    private static String type(String text, int at) {
        int end = at;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(at, end);
    }

    private static String state(String text, int at) {
        int end = at < 0 ? -1 : text.indexOf(',', at);
        return end < 0 ? null : text.substring(at + 2, end);
    }

    private static long number(Pattern pattern, String text, int from) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find(from) ? Long.parseLong(matcher.group(1)) : Document.UNKNOWN;
    }

    private static long stackSize(String text, int from) {
        Matcher stack = STACK.matcher(text);
        if (!stack.find(from)) {
            return Document.UNKNOWN;
        }
        long size = Long.parseUnsignedLong(stack.group(2), 16) - Long.parseUnsignedLong(stack.group(1), 16);
        // A thread that has not begun to run has 0 for both.
        return size > 0 ? size : Document.UNKNOWN;
    }

    private void total(String text, TextLine line) {
        String digits = text.substring("Total: ".length()).strip();
        if (!digits.matches("\\d{1,9}")) {
            return;
        }
        long total = Long.parseLong(digits);
        document.add(new ThreadTotal(list == List.JAVA ? ThreadKind.JAVA : ThreadKind.VM, total, -1, -1, line.place()));
        // The length is of a moment before: it was counted from then on.
        counted |= list == List.JAVA;
        if (total != inList) {
            gap(total, inList, line);
        }
    }

    private void gap(long total, long listed, TextLine line) {
        document.add(new Gap(
                "The list of threads is " + (total > listed ? "shortened" : "longer than stated") + ": " + total
                        + " by its own count, " + listed + " listed.",
                head.place().to(line)));
    }

    void end() {
        if (length > 0 && !anyJavaList) {
            document.add(
                    new Gap("The list of Java threads is missing, of " + length + " threads.", lengthLine.place()));
        } else if (length > javaListed && !counted) {
            gap(length, javaListed, lengthLine);
        } else if (length < 0 && javaListed == 0) {
            document.add(new Gap(
                    "It lists no Java threads: HotSpot leaves them out where the crash was in none of its threads, or"
                            + " the file is cut off.",
                    document.place()));
        }
    }
}
