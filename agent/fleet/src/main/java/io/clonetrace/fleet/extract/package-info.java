/**
 * From recordings to rows: which parts of them are exported, and what the rows of a part are. Knows no engine and no
 * file format; a part's rows depend on nothing but its chunks, its file's name and its labels.
 */
package io.clonetrace.fleet.extract;
