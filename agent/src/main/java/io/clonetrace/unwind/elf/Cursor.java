package io.clonetrace.unwind.elf;

import java.util.Arrays;

/** Reads the encodings of DWARF (DWARF 5, sections 7.6 and 7.24; LSB Core, DWARF Extensions) from bytes on the heap. */
final class Cursor {
    // LSB Core, table 10.5 and 10.6: DW_EH_PE_...
    private static final int OMIT = 0xff;
    private static final int INDIRECT = 0x80;
    private static final int APPLICATION = 0x70;
    private static final int FORMAT = 0x0f;

    private final byte[] bytes;
    private final long address;
    private int at;
    private final int end;

    /** @param address where the first byte is mapped */
    Cursor(byte[] bytes, long address) {
        this.bytes = bytes;
        this.address = address;
        this.end = bytes.length;
    }

    boolean hasMore() {
        return at < end;
    }

    /** Where the first byte is mapped. */
    long address() {
        return address;
    }

    int position() {
        return at;
    }

    void moveTo(int position) throws DamagedElfException {
        if (position < 0 || position > end) {
            throw cut();
        }
        at = position;
    }

    void skip(long length) throws DamagedElfException {
        if (length < 0 || length > end - at) {
            throw cut();
        }
        at += (int) length;
    }

    private static DamagedElfException cut() {
        return new DamagedElfException("its call frame information is damaged");
    }

    private int take(int length) throws DamagedElfException {
        if (length > end - at) {
            throw cut();
        }
        at += length;
        return at - length;
    }

    int u8() throws DamagedElfException {
        return bytes[take(1)] & 0xff;
    }

    int u16() throws DamagedElfException {
        int from = take(2);
        return bytes[from] & 0xff | (bytes[from + 1] & 0xff) << 8;
    }

    long u32() throws DamagedElfException {
        return u16() | (long) u16() << 16;
    }

    long s64() throws DamagedElfException {
        return u32() | u32() << 32;
    }

    long uleb() throws DamagedElfException {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = u8();
            value |= shift < Long.SIZE ? (long) (next & 0x7f) << shift : 0;
            shift += 7;
        } while ((next & 0x80) != 0);
        return value;
    }

    long sleb() throws DamagedElfException {
        long value = 0;
        int shift = 0;
        int next;
        do {
            next = u8();
            value |= shift < Long.SIZE ? (long) (next & 0x7f) << shift : 0;
            shift += 7;
        } while ((next & 0x80) != 0);
        return shift < Long.SIZE && (next & 0x40) != 0 ? value | -1L << shift : value;
    }

    /** A register's number; one that can't be a register's becomes the largest int. */
    int register() throws DamagedElfException {
        long number = uleb();
        return number < 0 || number > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) number;
    }

    /** A block: its length and its bytes. */
    byte[] block() throws DamagedElfException {
        long length = uleb();
        int from = at;
        skip(length);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /** A string that ends with a 0. */
    String string() throws DamagedElfException {
        StringBuilder text = new StringBuilder();
        for (int next = u8(); next != 0; next = u8()) {
            text.append((char) next);
        }
        return text.toString();
    }

    /**
     * A pointer.
     *
     * @param encoding DW_EH_PE_...
     * @param data what pointers relative to data count from
     */
    long pointer(int encoding, long data) throws DamagedElfException {
        if (encoding == OMIT) {
            return 0;
        }
        if ((encoding & INDIRECT) != 0) {
            throw new DamagedElfException("its call frame information has an indirect pointer");
        }
        long base = switch (encoding & APPLICATION) {
            case 0x00 -> 0;
            case 0x10 -> address + at; // pcrel
            case 0x30 -> data; // datarel
            default -> throw unknown(encoding);
        };
        return base + value(encoding);
    }

    /** Skips a pointer of which only the length matters. */
    void skipPointer(int encoding) throws DamagedElfException {
        if (encoding == 0x50) { // aligned
            at = (int) (((address + at + 7) & -8L) - address);
            skip(Long.BYTES);
        } else if (encoding != OMIT) {
            value(encoding);
        }
    }

    /** The number itself, before anything is added to it. */
    long value(int encoding) throws DamagedElfException {
        return switch (encoding & FORMAT) {
            case 0x00, 0x04, 0x0c -> s64();
            case 0x01 -> uleb();
            case 0x02 -> u16();
            case 0x03 -> u32();
            case 0x09 -> sleb();
            case 0x0a -> (short) u16();
            case 0x0b -> (int) u32();
            default -> throw unknown(encoding);
        };
    }

    private static DamagedElfException unknown(int encoding) {
        return new DamagedElfException(
                "its call frame information has pointers of an unknown encoding, 0x" + Integer.toHexString(encoding));
    }
}
