package io.clonetrace.report.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bytes of one chunk as JFR writes them, never beyond a limit that the caller sets. Positions count from the
 * chunk's first byte.
 */
final class ChunkInput {
    static final int BUFFER = 1 << 16;

    /** How much before the place to which one goes back is read with it: going back is mostly going on so. */
    private static final int BEFORE = BUFFER / 2;

    private static final int VARINT_BITS = 7;
    private static final int LONGEST_VARINT = 9;
    private static final byte[] NOTHING = {};

    private final FileChannel file;
    private final long begin;
    private long length;
    private byte[] buffer;
    private Refill refill;
    /** What of the chunk the buffer holds, where in it the next byte is, and where in it the limit is. */
    private long bufferAt;

    private int buffered;
    private int next;
    private int stop;
    private long limit;
    /** Whether the next byte lies before those that were at hand last. */
    private boolean back;

    /**
     * A chunk of a file.
     *
     * @param begin where in the file the chunk begins
     * @param length how many bytes of it there are
     */
    ChunkInput(FileChannel file, long begin, long length) {
        this.file = file;
        this.begin = begin;
        this.length = length;
        buffer = NOTHING;
        limit = length;
    }

    /** @param at where in the chunk these bytes of it are */
    private ChunkInput(byte[] bytes, long at) {
        file = null;
        begin = 0;
        length = at + bytes.length;
        buffer = bytes;
        bufferAt = at;
        buffered = bytes.length;
        stop = buffered;
        limit = length;
    }

    /** Is called before the bytes at hand are read over. */
    interface Refill {
        /** @return what the next bytes may be read into: the same array, or another as long */
        byte[] instead(byte[] buffer) throws IOException;
    }

    void onRefill(Refill before) {
        refill = before;
    }

    /** An input without bytes, until {@link #hold} gives it some. */
    static ChunkInput ofBlocks() {
        return new ChunkInput(NOTHING, 0);
    }

    /** Reads these bytes, which begin at that position, and no others. */
    void hold(byte[] bytes, long at, int count) {
        buffer = bytes;
        bufferAt = at;
        buffered = count;
        length = at + count;
        next = 0;
        limit = length;
        stop = count;
    }

    /** Drops the bytes at hand. */
    void forget() throws IOException {
        long at = position();
        if (refill != null) {
            buffer = refill.instead(buffer);
        }
        bufferAt = at;
        buffered = 0;
        next = 0;
        stop = 0;
    }

    /** Notes in a block which bytes are at hand. */
    void describe(EventBlock block) {
        block.range(bufferAt, buffered);
    }

    /** Whether all of these bytes are at hand. */
    boolean holds(long from, long to) {
        return from >= bufferAt && to <= bufferAt + buffered;
    }

    /** These bytes alone, at the same positions, from one up to another. */
    ChunkInput part(long from, long to) throws IOException {
        seek(from, to);
        return new ChunkInput(bytes((int) (to - from)), from);
    }

    /** How many bytes of the chunk there are. */
    long length() {
        return length;
    }

    long position() {
        return bufferAt + next;
    }

    /** Goes on at that position, and reads no byte from that limit on. */
    void seek(long to, long newLimit) {
        limit = Math.min(newLimit, length);
        if (to < bufferAt || to > bufferAt + buffered) {
            back = to < bufferAt;
            bufferAt = to;
            buffered = 0;
        }
        next = (int) (to - bufferAt);
        stop = (int) Math.min(buffered, limit - bufferAt);
    }

    /** How many bytes may be read. */
    long left() {
        return limit - position();
    }

    /**
     * The next byte.
     *
     * @throws DamagedChunkException at the limit
     */
    int unsignedByte() throws IOException {
        if (next >= stop) {
            fill();
        }
        return buffer[next++] & 0xff;
    }

    private void fill() throws IOException {
        if (position() >= limit || file == null) {
            throw beyond();
        }
        forget();
        if (buffer == NOTHING) {
            buffer = new byte[BUFFER];
        }
        int before = back ? (int) Math.min(BEFORE, bufferAt) : 0;
        back = false;
        bufferAt -= before;
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, (int) Math.min(BUFFER, length - bufferAt));
        while (into.hasRemaining() && file.read(into, begin + bufferAt + into.position()) >= 0) {
            // Read on.
        }
        buffered = into.position();
        next = before;
        stop = (int) Math.min(buffered, limit - bufferAt);
        if (buffered <= before) {
            throw new DamagedChunkException("the file has become shorter");
        }
    }

    private static DamagedChunkException beyond() {
        return new DamagedChunkException("a value reaches beyond the event that holds it");
    }

    /** Seven bits a byte, the lowest first, the highest bit set where more follow; of nine bytes the last has eight. */
    long varint() throws IOException {
        // Most have one byte.
        return next < stop && buffer[next] >= 0 ? buffer[next++] : longVarint();
    }

    private long longVarint() throws IOException {
        if (buffered - next < LONGEST_VARINT) {
            return varintByBytes();
        }
        // Here it may reach beyond the limit, and is not returned then.
        byte[] bytes = buffer;
        int at = next;
        int read = bytes[at++];
        long value = read & 0x7f;
        for (int shift = VARINT_BITS; read < 0 && shift < (LONGEST_VARINT - 1) * VARINT_BITS; shift += VARINT_BITS) {
            read = bytes[at++];
            value |= (long) (read & 0x7f) << shift;
        }
        if (read < 0) {
            value |= (long) (bytes[at++] & 0xff) << (LONGEST_VARINT - 1) * VARINT_BITS;
        }
        if (at > stop) {
            throw beyond();
        }
        next = at;
        return value;
    }

    /** Reads so many of them: what {@link #varint} does, without its calls. */
    void varints(long[] into, int first, int count) throws IOException {
        int at = next;
        for (int index = first; index < first + count; index++) {
            if (buffered - at < LONGEST_VARINT) {
                next = at;
                into[index] = varintByBytes();
                at = next;
                continue;
            }
            // As above.
            byte[] bytes = buffer;
            long value = bytes[at++];
            if (value < 0) {
                value &= 0x7f;
                int shift = VARINT_BITS;
                int read = bytes[at++];
                while (read < 0 && shift < (LONGEST_VARINT - 1) * VARINT_BITS) {
                    value |= (long) (read & 0x7f) << shift;
                    shift += VARINT_BITS;
                    read = bytes[at++];
                }
                value |= (long) (read & 0xff) << shift;
            }
            if (at > stop) {
                throw beyond();
            }
            into[index] = value;
        }
        next = at;
    }

    /** Passes over so many of them. */
    void skipVarints(int count) throws IOException {
        int left = count;
        while (left > 0) {
            byte[] bytes = buffer;
            int begin = next;
            int end = Math.min(stop, begin + left);
            int at = begin;
            while (at < end && bytes[at] >= 0) {
                at++;
            }
            next = at;
            left -= at - begin;
            if (left > 0) {
                longVarint();
                left--;
            }
        }
    }

    private long varintByBytes() throws IOException {
        long value = 0;
        for (int index = 0; index < LONGEST_VARINT; index++) {
            int read = unsignedByte();
            boolean last = index == LONGEST_VARINT - 1;
            value |= (long) (last ? read : read & 0x7f) << (VARINT_BITS * index);
            if (last || (read & 0x80) == 0) {
                break;
            }
        }
        return value;
    }

    /** The number that the next bytes are, the highest first. */
    long bigEndian(int bytes) throws IOException {
        long value = 0;
        for (int index = 0; index < bytes; index++) {
            value = value << Byte.SIZE | unsignedByte();
        }
        return value;
    }

    /**
     * How many elements follow, each of which takes a byte at least.
     *
     * @throws DamagedChunkException if there is no room for so many
     */
    int count(String what) throws IOException {
        long count = varint();
        if (count < 0 || count > left() || count > Integer.MAX_VALUE) {
            throw new DamagedChunkException(what + " of the size " + count + ", with " + left() + " bytes left");
        }
        return (int) count;
    }

    /** Passes over so many bytes. */
    void skip(long bytes) throws IOException {
        if (bytes <= stop - next) {
            next += (int) bytes;
            return;
        }
        if (bytes > left()) {
            throw beyond();
        }
        seek(position() + bytes, limit);
    }

    /**
     * Reads the bytes from there up to the limit into the buffer, as far as there is room, so that going back among
     * them reads nothing again.
     */
    void gather(long from) throws IOException {
        if (limit > bufferAt + buffered && from < limit) {
            long back = position();
            // Forgets what it holds.
            buffered = 0;
            bufferAt = from;
            next = 0;
            fill();
            seek(back, limit);
        }
    }

    /** A text that is no constant; null for none. */
    String text() throws IOException {
        return text(unsignedByte());
    }

    /** @param encoding its first byte, which has been read */
    String text(int encoding) throws IOException {
        return text(encoding, "");
    }

    /** @param likely that object is the answer if it is the same text */
    String text(int encoding, String likely) throws IOException {
        return switch (encoding) {
            case ChunkTypes.NULL_TEXT -> null;
            case ChunkTypes.EMPTY_TEXT -> "";
            case ChunkTypes.UTF8_TEXT -> text(StandardCharsets.UTF_8, likely);
            case ChunkTypes.LATIN1_TEXT -> text(StandardCharsets.ISO_8859_1, likely);
            case ChunkTypes.CHARS_TEXT -> chars(likely);
            default -> throw new DamagedChunkException("a text of the unknown encoding " + encoding);
        };
    }

    /** As Java code writes them: each a number. */
    private String chars(String likely) throws IOException {
        int count = count("a text");
        if (count <= stop - next && isAscii(count)) {
            return next(count, StandardCharsets.ISO_8859_1, likely);
        }
        // Null as long as it is the likely one.
        StringBuilder text = count == likely.length() ? null : new StringBuilder();
        for (int index = 0; index < count; index++) {
            char read = (char) varint();
            if (text == null && read != likely.charAt(index)) {
                text = new StringBuilder(count).append(likely, 0, index);
            }
            if (text != null) {
                text.append(read);
            }
        }
        return text == null ? likely : text.toString();
    }

    private String text(Charset charset, String likely) throws IOException {
        int count = count("a text");
        return count <= stop - next ? next(count, charset, likely) : new String(bytes(count), charset);
    }

    /** The text that so many bytes are, which are at hand. */
    private String next(int count, Charset charset, String likely) {
        String text = isNext(likely, count) ? likely : new String(buffer, next, count, charset);
        next += count;
        return text;
    }

    /** Whether so many bytes that are at hand are characters of ASCII. */
    private boolean isAscii(int count) {
        for (int at = next; at < next + count; at++) {
            if (buffer[at] < 0) {
                return false;
            }
        }
        return true;
    }

    private boolean isNext(String likely, int count) {
        if (likely.length() != count) {
            return false;
        }
        for (int index = count - 1; index >= 0; index--) {
            // What is no ASCII is negative.
            if (likely.charAt(index) != buffer[next + index]) {
                return false;
            }
        }
        return true;
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count; ) {
            if (next >= stop) {
                fill();
            }
            int more = Math.min(count - at, stop - next);
            System.arraycopy(buffer, next, bytes, at, more);
            at += more;
            next += more;
        }
        return bytes;
    }
}
