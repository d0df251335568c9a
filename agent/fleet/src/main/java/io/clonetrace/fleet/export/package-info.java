/**
 * The export on one machine: finds recordings, writes the rows of their parts into files, and keeps the index of what
 * has been exported. Embeds DuckDB for Parquet.
 */
package io.clonetrace.fleet.export;
