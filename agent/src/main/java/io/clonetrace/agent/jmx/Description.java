package io.clonetrace.agent.jmx;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a client is shown of an MBean or an attribute: an MXBean's interface gives no descriptions by itself. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@interface Description {
    /** One or two sentences, with the unit. */
    String value();
}
