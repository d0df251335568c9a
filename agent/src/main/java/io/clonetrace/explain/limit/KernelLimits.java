package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code sysctl -a}, one value of it, and the files of {@code /proc/sys} that grep shows. */
final class KernelLimits implements LimitForm {
    static final String FORM = "sysctl";

    private static final Map<String, LimitName> NAMES = Map.of(
            "kernel.threads-max", LimitName.THREADS_MAX,
            "kernel.pid_max", LimitName.PID_MAX,
            "vm.max_map_count", LimitName.MAX_MAP_COUNT);

    private static final Pattern LINE =
            Pattern.compile("(?:/proc/sys/)?([a-z]{2,12}[./][\\w./@:-]{2,80}?)(?: = |\\s?[=:]\\s?)(\\S.{0,200}|)");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final LimitDocuments documents;

    KernelLimits(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        boolean sysctl = text.startsWith("kernel") || text.startsWith("vm") || text.startsWith("/proc/sys/");
        if (!sysctl && !documents.has(FORM)) {
            return false;
        }
        Matcher matcher = LINE.matcher(text);
        return matcher.matches() && value(matcher.group(1), matcher.group(2).strip(), line);
    }

    /**
     * The value of a file of {@code /proc/sys}, or of a sysctl.
     *
     * @param name with dots or slashes
     */
    boolean value(String name, String value, TextLine line) {
        LimitName limit = name(name);
        if (limit == null || !NUMBER.matcher(value).matches()) {
            return documents.extend(FORM, line);
        }
        documents.add(FORM, limit, Long.parseLong(value), Document.UNKNOWN, line);
        return true;
    }

    /** The limit that a sysctl or file name stands for; null for none. */
    static LimitName name(String path) {
        String name = path.startsWith("/proc/sys/") ? path.substring("/proc/sys/".length()) : path;
        return NAMES.get(name.replace('/', '.'));
    }
}
