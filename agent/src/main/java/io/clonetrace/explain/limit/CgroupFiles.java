package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LimitName;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.TextLine;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of cgroups, with their names in front ({@code grep .}) or as a line before ({@code head}, {@code more}, a
 * prompt with {@code cat}), or alone in an input of their name.
 */
final class CgroupFiles implements LimitForm {
    private static final Pattern NAMED =
            Pattern.compile("(\\S{0,400}/)?((?:pids|memory)\\.[a-z_.]{3,20})(?::\\s*|\\s?=\\s?|\\s+)(\\S.{0,80}?)\\s*");

    private static final Pattern NUMBER = Pattern.compile(Amount.NUMBER);
    private static final Pattern EVENT = Pattern.compile("max (\\d{1,18})");

    private final LimitDocuments documents;

    CgroupFiles(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (text.indexOf("pids.") < 0 && text.indexOf("memory.") < 0) {
            return false;
        }
        Matcher matcher = NAMED.matcher(text);
        if (!matcher.matches()) {
            return false;
        }
        Optional<CgroupFile> file = CgroupFile.of(matcher.group(2));
        String folder = matcher.group(1) == null ? "" : matcher.group(1);
        return file.isPresent() && value(folder, file.get(), matcher.group(3), line);
    }

    /**
     * A line of a file.
     *
     * @param folder the cgroup's, with a slash at its end; empty if not known
     */
    boolean value(String folder, CgroupFile file, String value, TextLine line) {
        String form = folder.isEmpty() ? "files of a cgroup" : "files of the cgroup " + folder;
        if (file == CgroupFile.PIDS_EVENTS || file == CgroupFile.PIDS_EVENTS_LOCAL) {
            return refused(form, folder + file.file(), value, line);
        }
        if (!NUMBER.matcher(value).matches()) {
            return false;
        }
        long amount = Amount.of(value, 1);
        switch (file) {
            case PIDS_MAX -> documents.add(form, LimitName.PIDS_MAX, amount, Document.UNKNOWN, line);
            case MEMORY_MAX, MEMORY_LIMIT -> documents.add(form, LimitName.MEMORY_MAX, amount, Document.UNKNOWN, line);
            case PIDS_CURRENT -> documents.use(form, Resource.CGROUP_TASKS, amount, false, line);
            case PIDS_PEAK -> documents.use(form, Resource.CGROUP_TASKS, amount, true, line);
            case MEMORY_CURRENT, MEMORY_USAGE -> documents.use(form, Resource.CGROUP_MEMORY, amount, false, line);
            default -> documents.use(form, Resource.CGROUP_MEMORY, amount, true, line);
        }
        return true;
    }

    private boolean refused(String form, String path, String value, TextLine line) {
        Matcher matcher = EVENT.matcher(value);
        if (!matcher.matches()) {
            return false;
        }
        long count = Long.parseLong(matcher.group(1));
        Document document = documents.of(form, line);
        document.extend(line);
        if (count > 0) {
            document.add(
                    Failure.of(Operation.CGROUP_REFUSAL, line).withDetail(path).times(count));
        }
        return true;
    }
}
