package io.clonetrace.report.model;

/** Whether a thread lived when its recording ended. */
public enum Life {
    ALIVE,
    ENDED,
    /** Neither its end nor a look at the live threads was recorded. */
    NOT_RECORDED
}
