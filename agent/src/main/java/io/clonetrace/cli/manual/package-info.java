/** Manual pages from the command line's own model, for packages; runs only in {@code clonetrace generate-man}. */
package io.clonetrace.cli.manual;
