package io.clonetrace.fleet.table;

import java.io.IOException;

/** Receives the rows of one part. */
public interface RowSink {
    /**
     * A row.
     *
     * @param values in the order of the table's columns, each of its column's type: see {@link Column.Type}. The array
     *     is the receiver's
     * @throws IOException if it can't be written
     */
    void row(Table table, Partition partition, Object[] values) throws IOException;
}
