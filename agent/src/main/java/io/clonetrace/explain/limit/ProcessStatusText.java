package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /proc/PID/status} (proc_pid_status(5)), whole or as grep shows it. */
final class ProcessStatusText implements LimitForm {
    private static final String FORM = "/proc/PID/status";

    private static final Pattern LINE =
            Pattern.compile("(?:(\\S{0,100}/status):)?([A-Za-z][A-Za-z_\\d]{2,40}):(\\s*)(|\\S.{0,1000}?)\\s*");

    private static final Pattern KILOBYTES = Pattern.compile("(\\d{1,18}) kB");
    private static final Pattern COUNT = Pattern.compile("\\d{1,10}");

    /** By which a status is recognised, with their numbers. */
    private static final Set<String> NUMBERS = Set.of("VmPeak", "VmSize", "VmData", "Threads");

    /** Those that are worth telling and come before any number. */
    private static final Set<String> BEFORE = Set.of("Name", "Tgid", "Uid");

    private static final Set<String> OTHERS_BEFORE = Set.of(
            "Umask",
            "State",
            "Ngid",
            "Pid",
            "PPid",
            "TracerPid",
            "Gid",
            "FDSize",
            "Groups",
            "NStgid",
            "NSpid",
            "NSpgid",
            "NSsid",
            "Kthread");

    private final LimitDocuments documents;
    private final TextLine[] before = new TextLine[BEFORE.size()];
    private int waiting;

    ProcessStatusText(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        int colon = text.indexOf(':');
        if (colon < 3 || colon > 200) {
            return false;
        }
        Matcher matcher = LINE.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        String form = matcher.group(1) == null ? FORM : matcher.group(1);
        String name = matcher.group(2);
        boolean sure = matcher.group(1) != null || matcher.group(3).startsWith("\t");
        if (NUMBERS.contains(name)) {
            return number(form, name, matcher.group(4), sure, line);
        }
        if (sure && name.equals("Name")) {
            waiting = 0;
            documents.close(form);
        }
        if (!documents.has(form)) {
            if (sure && BEFORE.contains(name) && waiting < before.length) {
                before[waiting++] = line;
            }
            return sure && (BEFORE.contains(name) || OTHERS_BEFORE.contains(name));
        }
        if (name.equals("Seccomp") && !matcher.group(4).equals("0")) {
            documents.of(form, line).fact(Fact.Name.SECCOMP, "Seccomp: " + matcher.group(4), line);
        }
        return sure && documents.extend(form, line);
    }

    private boolean number(String form, String name, String value, boolean sure, TextLine line) {
        if (name.equals("Threads")) {
            return COUNT.matcher(value).matches()
                    && (sure || documents.has(form))
                    && threads(form, Long.parseLong(value), line);
        }
        Matcher kilobytes = KILOBYTES.matcher(value);
        if (!kilobytes.matches()) {
            return false;
        }
        long bytes = Amount.of(kilobytes.group(1), Amount.KIBIBYTE);
        facts(form, line);
        Resource resource = name.equals("VmData") ? Resource.DATA : Resource.ADDRESS_SPACE;
        documents.use(form, resource, bytes, name.equals("VmPeak"), line);
        return true;
    }

    private boolean threads(String form, long count, TextLine line) {
        facts(form, line);
        if (!documents.of(form, line).totals().isEmpty()) {
            documents.close(form);
        }
        documents
                .of(form, line)
                .add(new ThreadTotal(ThreadKind.UNKNOWN, count, Document.UNKNOWN, Document.UNKNOWN, line.place()));
        return true;
    }

    /** Begins the document with the lines before the first number. */
    private void facts(String form, TextLine line) {
        if (waiting == 0) {
            return;
        }
        Document document = documents.of(form, before[0]);
        for (int i = 0; i < waiting; i++) {
            Matcher matcher = LINE.matcher(before[i].text());
            if (matcher.matches()) {
                String value = matcher.group(4);
                switch (matcher.group(2)) {
                    case "Tgid" -> document.fact(Fact.Name.PID, value, before[i]);
                    case "Uid" -> document.fact(Fact.Name.USER, "uid " + value.split("\\s")[0], before[i]);
                    default -> {}
                }
            }
        }
        waiting = 0;
        document.extend(line);
    }
}
