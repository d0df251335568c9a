/** Questions in SQL to the tables: DuckDB, the views that hide how the tables lie in files, and results as text. */
package io.clonetrace.fleet.sql;
