package io.clonetrace.explain.calllog;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.CloneFlag;
import io.clonetrace.clone.CloneFlags;
import io.clonetrace.clone.CloneProfile;
import io.clonetrace.clone.CloneSyscall;
import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.Gap;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.SeenCalls;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.trace.log.LogKind;
import io.clonetrace.trace.log.TraceLogCounts;
import io.clonetrace.trace.log.TraceLogReader;
import io.clonetrace.trace.log.TraceLogSink;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads logs of strace and other observers of system calls. It is recognised by the first call that makes a task. */
public final class CallLogReader implements LineReader {
    /** mmap and mprotect that failed, in strace's words. */
    private static final Pattern NO_MEMORY = Pattern.compile(
            "\\b(mmap|mprotect)\\((?:0x\\p{XDigit}{1,16}|NULL), (\\d{1,18}), ([^()]{0,200})\\)\\s* = -1 ENOMEM\\b");

    /** How many lines back a call that ends now may have begun. */
    private static final int REMEMBERED = 1 << 12;

    /** So many lines after one that may show a call are looked at closely: a call may be wrapped. */
    private static final int NEAR = 64;

    /** What each line has that shows such a call, whichever program wrote it; the last is the head of strace -c. */
    private static final List<String> SIGNS = List.of("clone", "fork", "newtask", "syscall=", "% time");

    private final Documents documents;
    private final TraceLogReader reader = new TraceLogReader(new Calls());
    private final TextLine[] lines = new TextLine[REMEMBERED];
    private long given;
    private TextLine current;
    private Document document;
    private int near;

    public CallLogReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        if (line.text().isBlank() || !isNear(line.text())) {
            return false;
        }
        current = line;
        lines[(int) (given++ % REMEMBERED)] = line;
        boolean ofLog = reader.read(line.raw());
        if (document == null || !ofLog) {
            return false;
        }
        near = NEAR;
        document.extend(line);
        memory(line);
        return true;
    }

    /** A close look at each line of a log of gigabytes would take minutes. */
    private boolean isNear(String text) {
        for (String sign : SIGNS) {
            if (text.contains(sign)) {
                near = NEAR;
                return true;
            }
        }
        return near > 0 && near-- > 0;
    }

    private void memory(TextLine line) {
        if (!line.text().contains("= -1 ENOMEM")) {
            return;
        }
        Matcher call = NO_MEMORY.matcher(line.text());
        if (call.find()) {
            boolean map = call.group(1).equals("mmap");
            Failure failure = Failure.of(map ? Operation.MMAP : Operation.MPROTECT, line)
                    .withErrno("ENOMEM")
                    .withBytes(Long.parseLong(call.group(2)));
            document.add(
                    map && call.group(3).contains("MAP_STACK") ? failure.withDetail(Document.OF_A_STACK) : failure);
        }
    }

    /** What the log tells, with the lines as they are numbered in the input. */
    private final class Calls implements TraceLogSink {
        @Override
        public void call(CloneCall call, LogKind kind, long line) {
            TextLine at = line(line);
            begin(kind, at);
            CloneFlags flags = new CloneFlags(Math.max(0, call.flags()));
            boolean fork = call.syscall() == CloneSyscall.FORK || call.syscall() == CloneSyscall.VFORK;
            String profile = call.flags() < 0 && !fork
                    ? null
                    : profile(flags, call).map(CloneProfile::label).orElse(null);
            document.add(new SeenCalls(call.syscallName(), call.flags(), profile, call.error(), 1, at.place()));
            if (call.failed() && !isFallenBackFrom(call)) {
                boolean process = fork || call.flags() >= 0 && !flags.has(CloneFlag.CLONE_THREAD);
                document.add(Failure.of(process ? Operation.FORK : Operation.CLONE, at)
                        .withErrno(call.error())
                        .withDetail(profile));
            }
        }

        @Override
        public void total(CloneSyscall syscall, long calls, long errors, long line) {
            TextLine at = line(line);
            begin(LogKind.STRACE_SUMMARY, at);
            document.add(new SeenCalls(
                    syscall.syscallName(), Document.UNKNOWN, null, null, Math.max(0, calls - errors), at.place()));
            if (errors > 0) {
                document.add(new Gap(
                        "Why calls of " + syscall.syscallName() + " failed: " + errors + "; a summary has no errno.",
                        at.place()));
            }
        }

        private TextLine line(long number) {
            TextLine known =
                    number > given - REMEMBERED && number > 0 ? lines[(int) ((number - 1) % REMEMBERED)] : null;
            return known == null ? current : known;
        }
    }

    private static Optional<CloneProfile> profile(CloneFlags flags, CloneCall call) {
        return call.syscall() == null
                ? CloneProfile.named(flags.bits())
                : CloneProfile.of(flags, call.exitSignal(), call.syscall());
    }

    /** glibc tries whether the kernel knows clone3. */
    private static boolean isFallenBackFrom(CloneCall call) {
        return call.syscall() == CloneSyscall.CLONE3 && "ENOSYS".equals(call.error());
    }

    private void begin(LogKind kind, TextLine line) {
        if (document == null) {
            document = documents.begin(DocumentKind.CALL_LOG, kind.label(), line);
        }
    }

    @Override
    public void end() {
        reader.end();
        if (document == null) {
            return;
        }
        TraceLogCounts counts = reader.counts();
        gap(counts.unresumed(), "Calls that begin and do not end in the log");
        gap(counts.withoutResult(), "Calls without a result in the log");
        gap(counts.lost(), "Calls that the log's writer lost");
        counts.firstNotRead()
                .ifPresent(first -> document.add(new Gap(
                        "Lines that show such a call and could not be read: " + counts.notRead() + ", the first: "
                                + first.text() + ".",
                        document.place())));
    }

    private void gap(long calls, String what) {
        if (calls > 0) {
            document.add(new Gap(what + ": " + calls + ".", document.place()));
        }
    }
}
