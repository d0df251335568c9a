package io.clonetrace.explain;

import java.util.Optional;

/**
 * An input as far as it is text.
 *
 * @param name its name, for people
 * @param lines how many it has
 * @param taken how many of them a reader has taken
 * @param firstLeft the first line that is not blank and that none has taken; 0 for none
 * @param cutLines how many were too long to be read whole
 * @param firstCutLine the first of them; 0 for none
 * @param problem why it could not be read, or not to its end, to follow the name; empty if it was
 */
public record InputText(
        String name,
        long lines,
        long taken,
        long firstLeft,
        long cutLines,
        long firstCutLine,
        Optional<String> problem) {}
