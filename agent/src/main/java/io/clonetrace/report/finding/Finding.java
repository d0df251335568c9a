package io.clonetrace.report.finding;

import java.util.Map;

/**
 * What a rule found in the recordings of one JVM. The texts may hold names from the recording, which are untrusted.
 *
 * @param rule the rule's name
 * @param summary one sentence: what is wrong
 * @param evidence one or two sentences: the numbers of this recording that show it
 * @param advice what to do
 * @param numbers the same numbers for machines, by name
 * @param subject the threads that it is about, and the code that made them
 */
public record Finding(
        String rule,
        Severity severity,
        String summary,
        String evidence,
        String advice,
        Map<String, Long> numbers,
        Subject subject) {

    /** A finding about the JVM as a whole. */
    public Finding(
            String rule, Severity severity, String summary, String evidence, String advice, Map<String, Long> numbers) {
        this(rule, severity, summary, evidence, advice, numbers, Subject.NONE);
    }
}
