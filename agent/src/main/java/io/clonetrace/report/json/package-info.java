/** The report for machines. Keys and units are an interface: they are added to, never changed. */
package io.clonetrace.report.json;
