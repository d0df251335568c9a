package io.clonetrace.unwind.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Writes a shared library of two functions, {@code work} and {@code main}, with all that unwinding reads: for
 * processors that this machine has no compiler for, and with call frame instructions that no compiler writes.
 */
public final class SmallElf {
    /** Addresses are offsets. */
    public static final int WORK = 0x1000;

    public static final int MAIN = 0x1040;

    /** Bytes of each function. */
    public static final int LENGTH = 0x40;

    private static final int SEGMENTS = 0x40;
    private static final int NOTE = 0x140;
    private static final int FRAME_HEADER = 0x180;
    private static final int FRAMES = 0x200;
    private static final int SYMBOLS = 0xc00;
    private static final int NAMES = 0xd00;
    private static final int DYNAMIC = 0xe00;
    private static final int HASH = 0xe80;
    private static final int SECTIONS = 0x1080;
    private static final int SIZE = SECTIONS + 6 * 64;

    private final ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    private SmallElf() {}

    /**
     * A library for x86-64.
     *
     * @param common instructions of the CIE, in hex
     * @param work those of work
     * @param main those of main
     */
    public static byte[] x86(String common, String work, String main) {
        return new SmallElf().write(62, 1, 16, common, work, main);
    }

    /** A library for aarch64. */
    public static byte[] aarch64(String common, String work, String main) {
        return new SmallElf().write(183, 4, 30, common, work, main);
    }

    private byte[] write(int machine, int alignment, int returnAddress, String common, String work, String main) {
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        out.putShort(16, (short) 3).putShort(18, (short) machine).putInt(20, 1);
        out.putLong(32, SEGMENTS).putLong(40, SECTIONS);
        out.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 4);
        out.putShort(58, (short) 64).putShort(60, (short) 6).putShort(62, (short) 5);
        segment(0, 1, 5, 0, SIZE);
        segment(1, 4, 4, NOTE, 24);
        segment(2, 0x6474e550, 4, FRAME_HEADER, 28);
        segment(3, 2, 4, DYNAMIC, 80);
        out.putInt(NOTE, 4).putInt(NOTE + 4, 8).putInt(NOTE + 8, 3).putInt(NOTE + 12, 0x554e47);
        out.putLong(NOTE + 16, 0x0123456789abcdefL);
        frames(alignment, returnAddress, common, work, main);
        symbols();
        dynamic();
        section(1, 1, SYMBOLS, 3 * 24, 2); // named .text, for its symbols' sake
        section(2, 3, NAMES, 0x80, 0);
        section(3, 2, SYMBOLS, 3 * 24, 2);
        section(4, 1, FRAMES, SYMBOLS - FRAMES, 0);
        out.putInt(SECTIONS + 4 * 64, 16);
        section(5, 3, NAMES, 0x80, 0);
        return out.array();
    }

    private void segment(int number, int type, int flags, long offset, long size) {
        int at = SEGMENTS + 56 * number;
        out.putInt(at, type).putInt(at + 4, flags).putLong(at + 8, offset).putLong(at + 16, offset);
        out.putLong(at + 24, offset)
                .putLong(at + 32, size)
                .putLong(at + 40, size)
                .putLong(at + 48, 4096);
    }

    private void section(int number, int type, long offset, long size, int link) {
        int at = SECTIONS + 64 * number;
        out.putInt(at + 4, type).putLong(at + 16, offset).putLong(at + 24, offset);
        out.putLong(at + 32, size).putInt(at + 40, link);
    }

    private void frames(int alignment, int returnAddress, String common, String work, String main) {
        out.position(FRAMES + 8)
                .put(new byte[] {1, 'z', 'R', 0, (byte) alignment, 0x78, (byte) returnAddress, 1, 0x1b});
        out.put(HexFormat.of().parseHex(common));
        int first = end(FRAMES);
        int second = function(first, WORK, work);
        int last = function(second, MAIN, main);
        out.putInt(last, 0);
        out.position(FRAME_HEADER)
                .put(new byte[] {1, 0x1b, 3, 0x3b})
                .putInt(FRAMES - FRAME_HEADER - 4)
                .putInt(2);
        out.putInt(WORK - FRAME_HEADER).putInt(first - FRAME_HEADER);
        out.putInt(MAIN - FRAME_HEADER).putInt(second - FRAME_HEADER);
    }

    private int function(int at, int address, String instructions) {
        out.putInt(at + 4, at + 4 - FRAMES);
        out.position(at + 8).putInt(address - at - 8).putInt(LENGTH).put((byte) 0);
        out.put(HexFormat.of().parseHex(instructions));
        return end(at);
    }

    /** Writes the length of the entry that ends here. */
    private int end(int start) {
        int end = out.position() + 3 & -4;
        out.putInt(start, end - start - 4);
        return end;
    }

    private void symbols() {
        out.position(NAMES).put("\0work\0main\0\0\0\0\0\0.eh_frame\0".getBytes(StandardCharsets.US_ASCII));
        symbol(1, 1, WORK);
        symbol(2, 6, MAIN);
    }

    private void symbol(int number, int name, int address) {
        int at = SYMBOLS + 24 * number;
        out.putInt(at, name).put(at + 4, (byte) 0x12).putShort(at + 6, (short) 1);
        out.putLong(at + 8, address).putLong(at + 16, LENGTH);
    }

    private void dynamic() {
        long[] entries = {4, HASH, 5, NAMES, 6, SYMBOLS, 10, 0x80, 0, 0};
        for (int i = 0; i < entries.length; i++) {
            out.putLong(DYNAMIC + 8 * i, entries[i]);
        }
        out.putInt(HASH, 1).putInt(HASH + 4, 3);
    }
}
