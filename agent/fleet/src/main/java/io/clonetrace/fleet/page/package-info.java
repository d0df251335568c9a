/**
 * The overview of a fleet as one HTML page, in the report's design, and the reports of single JVMs that it links to.
 */
package io.clonetrace.fleet.page;
