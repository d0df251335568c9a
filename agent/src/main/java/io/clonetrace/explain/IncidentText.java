package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import io.clonetrace.explain.evidence.Failure;
import io.clonetrace.report.text.PlainText;
import io.clonetrace.report.text.TerminalText;

/** An incident as text for a terminal. */
public final class IncidentText {
    private final Incident incident;
    private final TerminalText out;

    public IncidentText(Incident incident, TerminalText out) {
        this.incident = incident;
        this.out = out;
    }

    public void print() {
        for (InputText input : incident.inputs()) {
            out.line(PlainText.clean(
                    input.name() + input.problem().map(why -> " " + why).orElse("")));
        }
        for (Document document : incident.documents()) {
            out.line(PlainText.clean(document.place() + ": " + document.kind().label() + ", by line "
                    + document.recognised().lines()));
            for (Failure failure : document.failures()) {
                out.line(PlainText.clean("  " + failure.operation().label() + " failed, " + failure.errno() + ", "
                        + failure.count() + "x (" + failure.place() + ")"));
            }
        }
        out.flush();
    }
}
