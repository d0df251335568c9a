package io.clonetrace.explain;

import io.clonetrace.explain.evidence.Document;
import java.util.List;

/**
 * All that is known of an incident.
 *
 * @param inputs in the order in which they were given
 * @param documents what they hold, in their order
 * @param dropped how many more documents there were than are kept
 */
public record Incident(List<InputText> inputs, List<Document> documents, long dropped) {}
