package io.clonetrace.explain.limit;

import io.clonetrace.explain.evidence.TextLine;

/** One form in which limits are shown. */
interface LimitForm {
    /** Whether this line is one of its form; if so, what it says was added. */
    boolean read(TextLine line);

    /** The input is at its end. */
    default void end() {}
}
