package io.clonetrace.explain.input;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** What a gzip file holds. If the file is damaged or cut off, it ends there. */
final class GzipInput extends FilterInputStream {
    private final Runnable damage;

    /** @param damage called if the file is damaged or cut off */
    private GzipInput(InputStream input, Runnable damage) {
        super(input);
        this.damage = damage;
    }

    /** Opens a gzip file; one whose header is damaged is empty. */
    static InputStream open(InputStream file, int buffer, Runnable damage) throws IOException {
        try {
            return new GzipInput(new GZIPInputStream(file, buffer), damage);
        } catch (EOFException | ZipException damaged) {
            damage.run();
            return InputStream.nullInputStream();
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (EOFException | ZipException damaged) {
            damage.run();
            return -1;
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            return in.read(into, offset, length);
        } catch (EOFException | ZipException damaged) {
            damage.run();
            return -1;
        }
    }
}
