package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Fact;
import io.clonetrace.explain.evidence.Resource;
import io.clonetrace.explain.evidence.TextLine;
import io.clonetrace.explain.evidence.ThreadKind;
import io.clonetrace.explain.evidence.ThreadTotal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What shells count: {@code wc -l /proc/PID/maps}, and {@code ls /proc/PID/task | wc -l} with the prompt that shows it.
 */
final class CountedLines implements LimitForm {
    private static final String FORM = "counted lines of /proc";

    private static final Pattern WITH_NAME = Pattern.compile("\\s*(\\d{1,10}) /proc/(self|\\d{1,10})/maps");
    private static final Pattern COMMAND = Pattern.compile("(?:.{0,100}[$#%>] ?)?(?:sudo )?"
            + "(?:(?:cat /proc/(?<cat>self|\\d{1,10})/maps ?\\| ?wc -l|wc -l < ?/proc/(?<wc>self|\\d{1,10})/maps)"
            + "|ls (?:-1 )?/proc/(?<ls>self|\\d{1,10})/task/? ?\\| ?wc -l|ps -o nlwp= (?:-p )?(?<ps>\\d{1,10}))");
    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,10})\\s*");

    private final LimitDocuments documents;

    /** The command whose output comes next; null for none. */
    private Matcher command;

    CountedLines(LimitDocuments documents) {
        this.documents = documents;
    }

    @Override
    public boolean read(TextLine line) {
        String text = line.text();
        if (command != null) {
            Matcher number = NUMBER.matcher(text);
            Matcher counted = command;
            command = null;
            if (number.matches()) {
                String ofMaps = counted.group(counted.group("cat") == null ? "wc" : "cat");
                String ofTasks = counted.group(counted.group("ls") == null ? "ps" : "ls");
                count(ofMaps != null, Long.parseLong(number.group(1)), ofMaps == null ? ofTasks : ofMaps, line);
                return true;
            }
        }
        boolean ofProcess = text.indexOf("/proc/") >= 0;
        if (ofProcess) {
            Matcher counted = WITH_NAME.matcher(text);
            if (counted.matches()) {
                count(true, Long.parseLong(counted.group(1)), counted.group(2), line);
                return true;
            }
        }
        if (ofProcess && text.indexOf("wc -l") >= 0 || text.indexOf("nlwp=") >= 0) {
            Matcher shown = COMMAND.matcher(text);
            command = shown.matches() ? shown : null;
            return command != null;
        }
        return false;
    }

    private void count(boolean maps, long count, String pid, TextLine line) {
        if (maps) {
            documents.use(FORM, Resource.MAPPINGS, count, false, line);
        } else {
            documents
                    .of(FORM, line)
                    .add(new ThreadTotal(ThreadKind.UNKNOWN, count, Document.UNKNOWN, Document.UNKNOWN, line.place()));
        }
        if (!pid.equals("self")) {
            documents.of(FORM, line).fact(Fact.Name.PID, pid, line);
        }
    }
}
