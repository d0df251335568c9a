/**
 * The findings of {@code report.finding} as rules of JDK Mission Control's automated analysis. Runs in Mission Control,
 * which gives it the recording's events.
 */
package io.clonetrace.jmc;
