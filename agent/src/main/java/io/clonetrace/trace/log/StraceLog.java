package io.clonetrace.trace.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.wire.LineCounts;
import io.clonetrace.trace.wire.StraceParser;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts strace's lines in order for the one parser of them: without what was put before them, calls that were
 * interrupted or wrapped in one line, and in today's words.
 */
final class StraceLog {
    /** A terminal of 40 columns wraps a call of the longest flags into fewer. */
    private static final int MOST_PARTS = 40;

    private static final int LONGEST = 16 * 1024;

    /** strace on a new task; before 4.10 without its name, and with more words. */
    private static final Pattern MESSAGE = Pattern.compile(
            "(?:(?:(?:\\.{1,2}|(?<!\\*))/[\\w./+-]{0,255})?strace: )?Process \\d{1,10} (?:attached|resumed|suspended|detached)"
                    + "(?: \\([^()]{0,80}\\))?$");

    private static final int LONGEST_MESSAGE = 400;

    private static final Pattern HEADER =
            Pattern.compile("# (?:source|lost|clock|stacks|origin|inside|writer|writer-lock)(?::|$)");
    private static final Pattern ALIKE =
            Pattern.compile("\\bclone[23]?\\((?:child_stack|flags|\\{|0x|CLONE_|<unfin| <unfin|strace: |Process )"
                    + "|\\bv?fork\\(\\)\\s*= |<\\.\\.\\. ?(?:clone[23]?|v?fork) resumed");

    /** Another system call's line, or that of a signal or an end. */
    private static final Pattern SHAPE = Pattern.compile(
            "\\)\\s+= (?:-?\\d|0x|\\?)|<unfinished \\.\\.\\.>$| resumed>|\\+\\+\\+ exited with|--- SIG");

    /** The parent's result, where its child has printed into the line of the call. */
    private static final Pattern PARENTS_RESULT = Pattern.compile(" ?= ([1-9]\\d{0,9})");

    private static final Pattern REST_OF_TID = Pattern.compile("\\d{1,6}(?:<[^<>]{0,64}>)?");

    private final TraceLogReader log;
    private final LogPrefix prefix = new LogPrefix();
    private final Matcher leader = LogEvent.matcher();
    private final Matcher message = MESSAGE.matcher("");
    private final StraceParser parser = new StraceParser(new Calls(), CloneCall.UNKNOWN, ZonedDateTime::now);
    private Open open;
    private Open returnedInChild;

    /** A wrapped call whose tid may go on in the next line. */
    private Open full;

    private boolean framesMayFollow;
    private boolean recognized;
    private LogKind kind = LogKind.STRACE;
    private boolean result = true;

    StraceLog(TraceLogReader log) {
        this.log = log;
    }

    /**
     * A call of which more is to come.
     *
     * @param last how many characters the latest line has that belongs to it
     */
    private record Open(
            LogEvent event, String body, int parts, boolean interrupted, long line, String first, int last) {
        private Open with(String more, boolean message) {
            return with(more, message, 0);
        }

        private Open with(String more, boolean message, int length) {
            return new Open(event, body + more, parts + 1, message, line, first, length);
        }

        /** Whether the terminal's width may have cut the tid: each line of the call is as long. */
        private boolean isFull() {
            return parts > 1 && last == first.length() && CallText.endsInResult(body);
        }
    }

    private final class Calls implements CloneSink {
        @Override
        public void cloned(CloneCall call) {
            log.call(result ? call : withoutResult(call), kind);
        }

        @Override
        public void exited(int tid) {
            // Only calls are of interest.
        }
    }

    /**
     * Reads a line if it is one of strace's.
     *
     * @param line as {@link LogLine} makes it
     * @param raw as it stands in the log
     */
    boolean read(String line, String raw) {
        if (full != null && isFrame(line)) {
            endFull();
        }
        if (framesMayFollow && isFrame(line)) {
            feed(" " + line.stripLeading());
            return true;
        }
        String text = line;
        boolean attached = text.indexOf("Process ") >= 0
                && message.reset(text)
                        .region(Math.max(0, text.length() - LONGEST_MESSAGE), text.length())
                        .find();
        if (attached) {
            text = text.substring(0, message.start());
        }
        Optional<LogEvent> found = text.isEmpty() ? Optional.empty() : LogEvent.of(text, prefix, leader);
        if (found.isPresent()) {
            endFull();
            event(found.get(), attached, raw);
            return found.get().makesTask() || recognized || SHAPE.matcher(text).find();
        }
        if (full != null && restOfTid(text)) {
            return true;
        }
        if (open != null && goesOn(text, attached, raw.length())) {
            return true;
        }
        if (returnedInChild != null && PARENTS_RESULT.matcher(text).matches()) {
            Open call = returnedInChild;
            returnedInChild = null;
            begin(call.with(text, false));
            return true;
        }
        if (HEADER.matcher(text).lookingAt()) {
            feed(text);
            return true;
        }
        if (ALIKE.matcher(text).find()) {
            log.notRead(raw);
            return true;
        }
        return attached;
    }

    void end() {
        endFull();
        giveUp();
        giveUpChild();
        parser.end();
    }

    long unresumed() {
        return parser.counts().unresumed();
    }

    long lost() {
        return parser.counts().untold();
    }

    /** Whether the line is the rest of the tid with which a full line ended. */
    private boolean restOfTid(String text) {
        Open call = full;
        String rest = call.event().withoutPrefixes(text, prefix).strip();
        if (!REST_OF_TID.matcher(rest).matches()) {
            endFull();
            return false;
        }
        full = null;
        CallText.of(call.event(), call.body() + rest, true).ifPresent(whole -> feed(call, whole));
        return true;
    }

    private void endFull() {
        if (full != null) {
            Open call = full;
            full = null;
            CallText.of(call.event(), call.body(), true).ifPresent(whole -> feed(call, whole));
        }
    }

    private void event(LogEvent event, boolean attached, String raw) {
        boolean continues = open != null
                && open.interrupted()
                && event.resumed()
                && event.name().equals(open.event().name());
        if (continues) {
            unfinished();
        } else {
            giveUp();
        }
        if (event.makesTask()) {
            begin(new Open(event, event.body(), 1, attached, log.line(), raw, raw.length()));
        } else {
            framesMayFollow = false;
            if (event.ends()) {
                feed(event.leader() + event.body());
            }
        }
    }

    /** A frame of {@code -k}. */
    private static boolean isFrame(String line) {
        return line.stripLeading().startsWith("> ") && line.lastIndexOf(") [0x") > 0;
    }

    /** Whether the line belongs to the open call. */
    private boolean goesOn(String text, boolean attached, int length) {
        Open before = open;
        String more = before.event().withoutPrefixes(text, prefix).strip();
        if (more.isEmpty()) {
            open = before.with("", before.interrupted() || attached);
            return attached;
        }
        if (!CallText.continues(before.event(), before.body(), more)) {
            if (before.interrupted() && before.parts() < MOST_PARTS) {
                // The program's own output may come between.
                open = before.with("", true);
            } else {
                giveUp();
            }
            return false;
        }
        // Wrapped between words the blank is lost, and within a word there was none.
        char last = before.body().charAt(before.body().length() - 1);
        boolean blank = last == ','
                || last == '='
                || last == ')'
                || more.startsWith("<")
                || before.body().endsWith("= -1") && more.startsWith("E");
        Open longer = before.with((blank ? " " : "") + more, attached, length);
        if (longer.parts() > MOST_PARTS || longer.body().length() > LONGEST) {
            giveUp();
            return false;
        }
        begin(longer);
        return true;
    }

    private void begin(Open call) {
        Optional<String> beforeChild = CallText.beforeChild(call.event(), call.body());
        if (beforeChild.isPresent()) {
            giveUpChild();
            returnedInChild = new Open(call.event(), beforeChild.get(), 1, false, call.line(), call.first(), 0);
            open = null;
            return;
        }
        Optional<CallText> whole = CallText.of(call.event(), call.body(), true);
        if (whole.isPresent()) {
            open = null;
            if (call.isFull()) {
                full = call;
            } else {
                feed(call, whole.get());
            }
        } else {
            open = call;
        }
    }

    /** The parent's return was not seen: it is not certain that there was one. */
    private void giveUpChild() {
        if (returnedInChild != null) {
            Open call = returnedInChild;
            returnedInChild = null;
            CallText.of(call.event(), call.body() + " = 0", false).ifPresent(text -> feed(call, text));
        }
    }

    /** Another line follows: the call remains as it is. */
    private void giveUp() {
        if (open == null) {
            return;
        }
        Open last = open;
        if (last.interrupted()) {
            unfinished();
            return;
        }
        open = null;
        if (!ALIKE.matcher(last.body()).find() && !last.body().endsWith("(")) {
            // Prose: fork() failed.
            return;
        }
        CallText.of(last.event(), last.body(), false)
                .ifPresentOrElse(whole -> feed(last, whole), () -> log.notRead(last.line(), last.first()));
    }

    /** What strace's message interrupted is resumed in a later line. */
    private void unfinished() {
        Open half = open;
        open = null;
        CallText.of(half.event(), half.body() + " <unfinished ...>", false).ifPresent(text -> feed(half, text));
    }

    private void feed(Open call, CallText text) {
        kind = text.kind();
        result = text.result();
        LineCounts before = parser.counts();
        feed(call.event().leader() + text.text());
        LineCounts after = parser.counts();
        if (after.truncated() > before.truncated()) {
            log.notRead(call.line(), call.first());
        }
        log.wroteBy(kind);
        recognized = true;
        framesMayFollow = true;
        kind = LogKind.STRACE;
        result = true;
    }

    private void feed(String line) {
        byte[] bytes = (line + "\n").getBytes(UTF_8);
        parser.feed(bytes, 0, bytes.length);
    }

    private static CloneCall withoutResult(CloneCall call) {
        return CloneCall.builder(call.syscall(), call.parentTid())
                .flags(call.flags())
                .exitSignal(call.exitSignal())
                .stack(call.stack())
                .stackSize(call.stackSize())
                .tls(call.tls())
                .childTidAddress(call.childTidAddress())
                .observedAt(call.observedAt())
                .build();
    }
}
