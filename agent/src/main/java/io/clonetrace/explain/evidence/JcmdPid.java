package io.clonetrace.explain.evidence;

import java.util.regex.Pattern;

/** The first line of each answer of jcmd, {@code 2600:}. Of which answer it is, the line after it tells. */
public final class JcmdPid {
    private static final Pattern PID = Pattern.compile("\\d{1,10}:");
    private static final int LONGEST = 11;

    private TextLine pid;

    /** Looks at a line that is not part of a document. */
    public void look(TextLine line) {
        String text = line.text();
        if (text.length() <= LONGEST && PID.matcher(text).matches()) {
            pid = line;
        } else if (!text.isBlank()) {
            pid = null;
        }
    }

    /** Adds the pid to the document that begins now; nothing if there was no such line. */
    public void tell(Document document) {
        if (pid != null) {
            String text = pid.text();
            document.fact(Fact.Name.PID, text.substring(0, text.length() - 1), pid);
        }
        pid = null;
    }
}
