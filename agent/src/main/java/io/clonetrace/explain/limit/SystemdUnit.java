package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code systemctl status}, and the properties of {@code systemctl show} and of unit files. */
final class SystemdUnit implements LimitForm {
    private static final String STATUS = "systemctl status";
    private static final String PROPERTIES = "systemd's properties";

    private static final Pattern UNIT =
            Pattern.compile("[●○↻×*] (\\S{1,200}\\.(?:service|slice|scope|socket|mount))(?: - .*)?");
    private static final Pattern MAIN_PID = Pattern.compile("\\s*Main PID: (\\d{1,10})(?: \\(.*\\))?");
    private static final Pattern TASKS =
            Pattern.compile("\\s*Tasks: (\\d{1,10})(?: \\([Ll]imit: (\\d{1,18}|infinity)\\))?\\s*");
    private static final Pattern MEMORY = Pattern.compile("\\s*Memory: (\\S{1,20})(?: \\((.{1,120})\\))?\\s*");
    private static final Pattern MEMORY_LIMIT = Pattern.compile("(?:.* )?(?:limit|max): (\\S{1,20})(?: .*)?");
    private static final Pattern OTHER = Pattern.compile(
            "\\s+(?:Loaded|Active|Docs|CPU|CGroup|Drop-In|Process|Status|IO|IP|Triggers|TriggeredBy): .*");
    private static final Pattern PROPERTY = Pattern.compile("([A-Z][A-Za-z]{2,30})=(\\S{0,40})\\s*");

    /**
     * systemd.resource-control(5), systemd.exec(5); systemctl shows a hard limit and, under another name, the soft one.
     */
    private static final Map<String, LimitName> LIMITS = Map.of(
            "TasksMax", LimitName.PIDS_MAX,
            "MemoryMax", LimitName.MEMORY_MAX,
            "MemoryLimit", LimitName.MEMORY_MAX,
            "LimitNPROC", LimitName.RLIMIT_NPROC,
            "LimitAS", LimitName.RLIMIT_AS,
            "LimitDATA", LimitName.RLIMIT_DATA,
            "LimitSTACK", LimitName.RLIMIT_STACK);

    private static final String SOFT = "Soft";

    private static final Map<String, Resource> USES =
            Map.of("TasksCurrent", Resource.CGROUP_TASKS, "MemoryCurrent", Resource.CGROUP_MEMORY);

    private final LimitDocuments documents;
    private LimitName hardLimit;
    private long hard;
    private TextLine hardLine;

    SystemdUnit(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (text.indexOf('=') > 2 && text.charAt(0) >= 'A' && text.charAt(0) <= 'Z') {
            return property(text, line);
        }
        if (text.length() > 2 && text.charAt(1) == ' ' && unit(text, line)) {
            return true;
        }
        return text.indexOf(": ") > 0 && status(text, line);
    }

    private boolean unit(String text, TextLine line) {
        Matcher matcher = UNIT.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        documents.close(STATUS);
        documents.of(STATUS, line).fact(Fact.Name.UNIT, matcher.group(1), line);
        return true;
    }

    private boolean status(String text, TextLine line) {
        if (text.indexOf("Tasks: ") >= 0) {
            return tasks(text, line);
        }
        if (text.indexOf("Memory: ") >= 0) {
            return memory(text, line);
        }
        Matcher mainPid = MAIN_PID.matcher(text);
        if (mainPid.matches() && documents.has(STATUS)) {
            documents.of(STATUS, line).fact(Fact.Name.PID, mainPid.group(1), line);
            return true;
        }
        return OTHER.matcher(text).matches() && documents.extend(STATUS, line);
    }

    private boolean tasks(String text, TextLine line) {
        Matcher matcher = TASKS.matcher(text);
        if (!matcher.matches() || matcher.group(2) == null && !documents.has(STATUS)) {
            return false;
        }
        documents.use(STATUS, Resource.CGROUP_TASKS, Long.parseLong(matcher.group(1)), false, line);
        if (matcher.group(2) != null) {
            documents.add(STATUS, LimitName.PIDS_MAX, Amount.of(matcher.group(2), 1), Document.UNKNOWN, line);
        }
        return true;
    }

    private boolean memory(String text, TextLine line) {
        Matcher matcher = MEMORY.matcher(text);
        if (!matcher.matches() || !documents.has(STATUS)) {
            return false;
        }
        long used = Amount.withSuffix(matcher.group(1));
        if (used < 0) {
            return false;
        }
        documents.use(STATUS, Resource.CGROUP_MEMORY, used, false, line);
        if (matcher.group(2) != null) {
            Matcher limit = MEMORY_LIMIT.matcher(matcher.group(2));
            if (limit.matches() && Amount.withSuffix(limit.group(1)) >= 0) {
                documents.add(STATUS, LimitName.MEMORY_MAX, Amount.withSuffix(limit.group(1)), Document.UNKNOWN, line);
            }
        }
        return true;
    }

    private boolean property(String text, TextLine line) {
        Matcher matcher = PROPERTY.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        String name = matcher.group(1);
        if (name.equals("Id")) {
            end();
            documents.close(PROPERTIES);
        }
        long amount = Amount.withSuffix(matcher.group(2));
        boolean soft = name.endsWith(SOFT);
        LimitName limit = LIMITS.get(soft ? name.substring(0, name.length() - SOFT.length()) : name);
        Resource use = USES.get(name);
        if (limit == null && use == null) {
            return documents.extend(PROPERTIES, line);
        }
        if (amount < 0) {
            return false;
        }
        if (use != null) {
            // All bits set: not counted.
            if (amount != SeenLimit.UNLIMITED) {
                documents.use(PROPERTIES, use, amount, false, line);
            }
        } else if (soft) {
            boolean known = hardLimit == limit;
            long hardAmount = known ? hard : Document.UNKNOWN;
            hardLimit = known ? null : hardLimit;
            end();
            documents.add(PROPERTIES, limit, amount, hardAmount, line);
        } else {
            end();
            hardLimit = limit;
            hard = amount;
            hardLine = line;
        }
        return true;
    }

    /** A limit that no soft one follows is both: a unit file's, or a cgroup's. */
    @Override
    public void end() {
        if (hardLimit != null) {
            documents.add(PROPERTIES, hardLimit, hard, hard, hardLine);
        }
        hardLimit = null;
    }
}
