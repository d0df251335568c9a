package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.DocumentKind;
import io.clonetrace.explain.evidence.Documents;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.explain.evidence.LineReader;
import io.clonetrace.explain.evidence.Operation;
import io.clonetrace.explain.evidence.TextLine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the kernel's message that a cgroup's pids controller has refused a task (kernel/cgroup/pids.c). The kernel
 * prints it once for each cgroup, however often it refuses.
 */
public final class KernelLogReader implements LineReader {
    private static final String REJECTED = "fork rejected by pids controller in ";
    private static final Pattern PATH = Pattern.compile("(/\\S{0,1000})");

    private final Documents documents;
    private Document log;

    public KernelLogReader(Documents documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        int at = line.text().indexOf(REJECTED);
        if (at < 0) {
            return false;
        }
        Matcher path = PATH.matcher(line.text())
                .region(at + REJECTED.length(), line.text().length());
        if (!path.lookingAt()) {
            return false;
        }
        if (log == null) {
            log = documents.begin(DocumentKind.KERNEL_LOG, null, line);
        }
        log.add(Failure.of(Operation.CGROUP_REFUSAL, line).withDetail(path.group(1)));
        return true;
    }
}
