package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.TextLine;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads limits and their use in all forms in which they are shown. A value without a name, such as {@code max} in
 * {@code pids.max}, is read if the line before it, or the input's name, says which file it is of.
 */
public final class LimitsReader implements LineReader {
    /** {@code $ cat /sys/fs/cgroup/pids.max}, {@code # ulimit -u}; head's {@code ==> FILE <==}. */
    private static final Pattern PROMPT =
            Pattern.compile("(?:.{0,100}[$#%>] ?)?(?:sudo )?(?:cat|more|head|tail|sysctl -n|ulimit) \\S{1,400}");

    /** No line of any form is longer: a path has up to 4,096 bytes. */
    private static final int LONGEST = 5_000;

    private static final Pattern HEAD = Pattern.compile("==> (\\S{1,400}) <==");
    private static final String MORE = "::::::::::::::";

    private static final Pattern OPTION = Pattern.compile("-[HS]{0,2}([suvd])[HS]{0,2}");
    private static final Pattern VALUE = Pattern.compile(Amount.NUMBER);

    private final CgroupFiles cgroups;
    private final KernelLimits kernel;
    private final ShellLimits shell;
    private final List<LimitForm> forms;

    /** Which file, sysctl or option of ulimit the next line is of; null if that is not stated. */
    private String named;

    private boolean more;
    private boolean begun;

    public LimitsReader(Documents documents) {
        LimitDocuments limits = new LimitDocuments(documents);
        cgroups = new CgroupFiles(limits);
        kernel = new KernelLimits(limits);
        shell = new ShellLimits(limits);
        forms = List.of(
                cgroups,
                kernel,
                new ProcessLimits(limits),
                new ProcessStatusText(limits),
                new SystemdUnit(limits),
                new CountedLines(limits),
                new DockerInspect(limits),
                shell);
    }

    @Override
    public boolean read(TextLine line) {
        if (!begun) {
            begun = true;
            named = withoutExtension(line.file());
        }
        String text = line.text();
        if (text.length() > LONGEST || text.isBlank()) {
            return false;
        }
        if (names(text.strip())) {
            return true;
        }
        if (named != null && ofNamed(text.strip(), line)) {
            return true;
        }
        named = null;
        return ofForms(line) || text.charAt(0) <= ' ' && ofForms(withoutIndent(line));
    }

    private boolean ofForms(TextLine line) {
        for (LimitForm form : forms) {
            if (form.read(line)) {
                return true;
            }
        }
        return false;
    }

    /** As code is indented in Markdown. */
    private static TextLine withoutIndent(TextLine line) {
        return new TextLine(line.file(), line.number(), line.text().stripLeading(), line.raw());
    }

    @Override
    public void end() {
        forms.forEach(LimitForm::end);
    }

    /** Whether the line tells of which file the next is. */
    private boolean names(String text) {
        if (more && !text.equals(MORE)) {
            more = false;
            return name(text);
        }
        if (text.equals(MORE)) {
            // The second one, behind the name, leaves it as it is.
            more = named == null;
            return true;
        }
        if (text.startsWith("==> ")) {
            Matcher head = HEAD.matcher(text);
            return head.matches() && name(head.group(1));
        }
        // Most lines of a log end in no such word.
        String word = text.substring(text.lastIndexOf(' ') + 1);
        return word.length() < text.length()
                && isKnown(word)
                && PROMPT.matcher(text).matches()
                && name(word);
    }

    private boolean name(String path) {
        boolean known = isKnown(path);
        named = known ? path : null;
        return known;
    }

    private static boolean isKnown(String path) {
        return path.startsWith("-")
                ? OPTION.matcher(path).matches()
                : KernelLimits.name(path) != null || CgroupFile.of(file(path)).isPresent();
    }

    private boolean ofNamed(String text, TextLine line) {
        String path = named;
        Optional<CgroupFile> cgroup = CgroupFile.of(file(path));
        if (cgroup.isPresent()) {
            // The files of events have several lines.
            return cgroups.value(path.substring(0, path.length() - file(path).length()), cgroup.get(), text, line);
        }
        Matcher option = OPTION.matcher(path);
        boolean value = VALUE.matcher(text).matches();
        named = null;
        if (option.matches()) {
            return value && shell.value(option.group(1), text, path.contains("H"), line);
        }
        LimitName limit = KernelLimits.name(path);
        return limit != null && value && kernel.value(path, text, line);
    }

    private static String file(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The name of an input that may be a copy of such a file: {@code pids.max}, {@code max_map_count.txt}. */
    private static String withoutExtension(String input) {
        String name = file(input);
        String bare = name.endsWith(".txt") ? name.substring(0, name.length() - ".txt".length()) : name;
        return switch (bare) {
            case "threads-max", "pid_max" -> "kernel." + bare;
            case "max_map_count" -> "vm." + bare;
            default -> CgroupFile.of(bare).isPresent() ? bare : null;
        };
    }
}
