package io.clonetrace.cli.output;

import io.clonetrace.report.json.Json;
import io.clonetrace.stack.StackMeasure;

/**
 * A line of {@code clonetrace stacks}: the fields of the event ThreadStack, and where the thread began.
 *
 * @param name Java's name, or the kernel's
 * @param threadId Java's id, or -1 if it is not a Java thread or the JVM did not answer
 * @param kind java, vm or native; null if not known
 * @param startRoutine the function passed to pthread_create(3), as library!function; null if it is not known, as for
 *     the first thread, or if the thread is a Java thread, which all begin in the same function of HotSpot's
 */
public record StackRow(String name, long threadId, String kind, StackMeasure measure, String startRoutine) {
    /** The row as a JSON object; a number that could not be measured is -1, a text null. */
    public String json() {
        return "{\"name\": " + Json.quoted(name) + ", \"threadId\": " + threadId + ", \"tid\": " + measure.tid()
                + ", \"thread\": " + (threadId < 0 ? "null" : Json.quoted(name)) + ", \"kind\": " + Json.quoted(kind)
                + ", \"moment\": \"periodic\", \"base\": " + measure.base() + ", \"reserved\": " + measure.reserved()
                + ", \"guard\": " + measure.guard() + ", \"touched\": " + measure.touched() + ", \"huge\": "
                + measure.huge() + ", \"depth\": " + measure.depth() + ", \"startRoutine\": "
                + Json.quoted(startRoutine) + "}";
    }
}
