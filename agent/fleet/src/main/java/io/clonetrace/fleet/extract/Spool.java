package io.clonetrace.fleet.extract;

import io.clonetrace.fleet.table.Column;
import io.clonetrace.fleet.table.Table;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Rows that wait in a temporary file until the keys are known to which they refer: which JVM a chunk is of, and which
 * thread had a tid, is known only when all has been read.
 */
final class Spool implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final FileChannel file;
    private final DataOutputStream out;

    /** @param folder where the file is; it has no name there once it is open */
    Spool(Path folder) throws IOException {
        Path name = Files.createTempFile(folder, "clonetrace-rows-", ".tmp");
        file = FileChannel.open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(name);
        out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(file), BUFFER));
    }

    /**
     * What a waiting row refers to.
     *
     * @param chunk the number of its chunk
     * @param javaId the Java id of its thread; 0 or less if it has none
     * @param tid the tid of its thread
     * @param at when the thread had that tid, in nanoseconds since the epoch
     * @param trace the number of its stack trace; -1 if it has none
     */
    record Reference(int chunk, long javaId, int tid, long at, int trace) {}

    /** Receives the rows again. */
    interface Receiver {
        void row(Table table, Reference reference, Object[] values) throws IOException;
    }

    /** Keeps a row, whose keys are still null. */
    void add(Table table, Reference reference, Object... values) throws IOException {
        out.writeByte(table.ordinal());
        out.writeInt(reference.chunk);
        out.writeLong(reference.javaId);
        out.writeInt(reference.tid);
        out.writeLong(reference.at);
        out.writeInt(reference.trace);
        List<Column> columns = table.columns();
        for (int index = 0; index < columns.size(); index++) {
            Object value = values[index];
            out.writeBoolean(value != null);
            if (value instanceof String text) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length);
                out.write(bytes);
            } else if (value instanceof Long number) {
                out.writeLong(number);
            } else if (value instanceof Boolean yes) {
                out.writeBoolean(yes);
            } else if (value != null) {
                throw new IllegalArgumentException(columns.get(index) + ": " + value.getClass());
            }
        }
    }

    /** Gives all rows, in the order in which they came. */
    void replay(Receiver receiver) throws IOException {
        out.flush();
        file.position(0);
        DataInputStream in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(file), BUFFER));
        for (int table = in.read(); table >= 0; table = in.read()) {
            Table of = Table.values()[table];
            Reference reference = new Reference(in.readInt(), in.readLong(), in.readInt(), in.readLong(), in.readInt());
            Object[] values = new Object[of.columns().size()];
            for (int index = 0; index < values.length; index++) {
                if (in.readBoolean()) {
                    values[index] = switch (of.columns().get(index).type()) {
                        case TEXT -> new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
                        case BOOLEAN -> in.readBoolean();
                        default -> in.readLong();
                    };
                }
            }
            receiver.row(of, reference, values);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
