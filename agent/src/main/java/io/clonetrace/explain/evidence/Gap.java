package io.clonetrace.explain.evidence;

/**
 * What a text does not say, or says in part, though a text of its kind could: a list that is cut off, lines that could
 * not be read.
 *
 * @param sentence for people, with a full stop
 */
public record Gap(String sentence, Place place) {}
