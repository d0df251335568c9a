package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.SeenLimit;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The limits of {@code docker inspect} and {@code podman inspect}, a key a line: {@code PidsLimit}, {@code Memory}
 * before it, and {@code Ulimits}.
 */
final class DockerInspect implements LimitForm {
    private static final String FORM = "docker inspect";

    private static final Pattern KEY =
            Pattern.compile("\\s*\"(PidsLimit|Memory|Name|Hard|Soft)\": (?:(-?\\d{1,18})|\"(\\w{1,40})\"),?\\s*");

    /** The names of docker run's --ulimit, and podman's. */
    private static final Map<String, LimitName> ULIMITS = Map.of(
            "nproc", LimitName.RLIMIT_NPROC,
            "RLIMIT_NPROC", LimitName.RLIMIT_NPROC,
            "as", LimitName.RLIMIT_AS,
            "RLIMIT_AS", LimitName.RLIMIT_AS,
            "data", LimitName.RLIMIT_DATA,
            "RLIMIT_DATA", LimitName.RLIMIT_DATA,
            "stack", LimitName.RLIMIT_STACK,
            "RLIMIT_STACK", LimitName.RLIMIT_STACK);

    /** The memory comes so many lines before the pids at most. */
    private static final int NEAR = 60;

    private final LimitDocuments documents;
    private TextLine memory;
    private LimitName ulimit;
    private long hard = Document.UNKNOWN;
    private long soft = Document.UNKNOWN;

    DockerInspect(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (text.indexOf("\": ") < 0) {
            return false;
        }
        Matcher matcher = KEY.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        String key = matcher.group(1);
        if (key.equals("Name")) {
            ulimit = matcher.group(3) == null ? null : ULIMITS.get(matcher.group(3));
            hard = Document.UNKNOWN;
            soft = Document.UNKNOWN;
            return ulimit != null && documents.extend(FORM, line);
        }
        if (matcher.group(2) == null) {
            return false;
        }
        long value = Long.parseLong(matcher.group(2));
        return switch (key) {
            case "PidsLimit" -> pids(value, line);
            case "Memory" -> {
                memory = line;
                yield false;
            }
            default -> ulimit(key, value, line);
        };
    }

    /** 0 and -1 are none. */
    private static long limit(long value) {
        return value <= 0 ? SeenLimit.UNLIMITED : value;
    }

    private boolean pids(long value, TextLine line) {
        if (memory != null && line.number() - memory.number() <= NEAR) {
            Matcher bytes = KEY.matcher(memory.text());
            if (bytes.matches()) {
                documents.add(
                        FORM, LimitName.MEMORY_MAX, limit(Long.parseLong(bytes.group(2))), Document.UNKNOWN, memory);
            }
        }
        memory = null;
        documents.add(FORM, LimitName.PIDS_MAX, limit(value), Document.UNKNOWN, line);
        return true;
    }

    private boolean ulimit(String key, long value, TextLine line) {
        if (ulimit == null || !documents.has(FORM)) {
            return false;
        }
        // -1 is none, and 0 is a limit.
        long limit = value < 0 ? SeenLimit.UNLIMITED : value;
        hard = key.equals("Hard") ? limit : hard;
        soft = key.equals("Soft") ? limit : soft;
        if (hard >= 0 && soft >= 0) {
            documents.add(FORM, ulimit, soft, hard, line);
            ulimit = null;
        } else {
            documents.extend(FORM, line);
        }
        return true;
    }
}
