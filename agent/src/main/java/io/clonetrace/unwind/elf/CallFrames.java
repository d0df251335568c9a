package io.clonetrace.unwind.elf;

import io.clonetrace.unwind.elf.FrameRow.Rule;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The call frame information of a file: .eh_frame (LSB Core, DWARF Extensions; DWARF 5, section 6.4), found through the
 * sorted table of .eh_frame_hdr, or read from its beginning if there is none. Not thread-safe.
 */
public final class CallFrames {
    /** A hundred times what compilers write, as the next one is. */
    private static final int LARGEST_ENTRY = 1 << 20;

    private static final int MOST_REMEMBERED = 64;

    /** So many bytes are read to find one row; more than any .eh_frame has. */
    private static final long MOST_READ = 1 << 28;

    /** What reading an entry takes beside its bytes. */
    private static final int OVERHEAD = 64;

    private static final int KEPT_HEADERS = 32;
    private static final int SIGNED_4 = 0x0b;
    private static final int SIGNED_8 = 0x0c;
    private static final int DATA_RELATIVE = 0x30;

    private final ElfFile file;
    private final CachedBytes bytes;
    private final int registers;

    /** What has no FDE has none for long. */
    private boolean searched;

    private long header;
    private long table;
    private long entries;
    private int entrySize;
    private long frames;
    private long framesEnd;
    private long budget;

    private final Map<Long, Common> headers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Common> eldest) {
            return size() > KEPT_HEADERS;
        }
    };

    /** A common information entry (CIE). */
    private static final class Common {
        private final long codeAlignment;
        private final long dataAlignment;
        private final int encoding;
        private final boolean augmented;
        private final FrameRow row;
        private final Cursor instructions;
        private final int firstInstruction;

        /** The row that the instructions make of the first one, once they have been run. */
        private FrameRow initial;

        Common(long codeAlignment, long dataAlignment, int encoding, boolean augmented, FrameRow row, Cursor code) {
            this.codeAlignment = codeAlignment;
            this.dataAlignment = dataAlignment;
            this.encoding = encoding;
            this.augmented = augmented;
            this.row = row;
            this.instructions = code;
            this.firstInstruction = code.position();
        }
    }

    /** A frame description entry (FDE) that holds the address: where its instructions are, and what they begin with. */
    private record Description(Common common, Cursor instructions, long start) {}

    CallFrames(ElfFile file) {
        this.file = file;
        this.bytes = file.bytes();
        this.registers = file.machine().registers();
    }

    /**
     * The row for an instruction.
     *
     * @param address of the instruction; for a function that has called another, of the call
     * @return null if the file has none for it
     * @throws DamagedElfException if what it has can't be understood
     */
    public FrameRow row(long address) throws IOException {
        findTables();
        budget = MOST_READ;
        Description found = table == 0 ? scan(address) : search(address);
        if (found == null) {
            return null;
        }
        Common common = found.common();
        if (common.initial == null) {
            common.instructions.moveTo(common.firstInstruction);
            common.initial = run(common, common.row.copy(), null, common.instructions, 0, Long.MAX_VALUE);
        }
        return run(common, common.initial.copy(), common.initial, found.instructions(), found.start(), address);
    }

    private void findTables() throws IOException {
        if (searched) {
            return;
        }
        header = file.frameHeader();
        if (header != 0) {
            byte[] start = file.read(header, 4);
            int pointers = start[1] & 0xff;
            int format = start[3] & 0xff;
            boolean sorted = format == (DATA_RELATIVE | SIGNED_4) || format == (DATA_RELATIVE | SIGNED_8);
            if (start[0] != 1) {
                throw new DamagedElfException("its .eh_frame_hdr has version " + start[0]);
            }
            Cursor cursor = new Cursor(file.readUpTo(header, 4 + 2 * Long.BYTES), header);
            cursor.skip(4);
            frames = cursor.pointer(pointers, header);
            if (sorted && start[2] != -1) {
                entries = cursor.pointer(start[2] & 0xff, header);
                entrySize = format == (DATA_RELATIVE | SIGNED_4) ? 2 * Integer.BYTES : 2 * Long.BYTES;
                table = file.offset(header + cursor.position(), 0);
                if (entries < 0 || entries > bytes.size() / entrySize) {
                    throw new DamagedElfException("its .eh_frame_hdr has " + entries + " entries");
                }
            }
        }
        if (table == 0) {
            ElfFile.Section section = file.section(".eh_frame");
            if (section != null) {
                frames = section.address();
                framesEnd = section.address() + section.size();
            } else if (frames != 0) {
                framesEnd = endOfSegment(frames);
            }
        }
        searched = true;
    }

    private long endOfSegment(long address) {
        return file.segments().stream()
                .filter(segment -> segment.holds(address))
                .mapToLong(segment -> segment.address() + segment.fileSize())
                .findFirst()
                .orElse(address);
    }

    /** The table's address of an entry's function (0) or of its FDE (1). */
    private long entry(long number, int which) throws IOException {
        long at = table + number * entrySize + which * (entrySize / 2L);
        return header + (entrySize == 2 * Integer.BYTES ? bytes.s32(at) : bytes.s64(at));
    }

    private Description search(long address) throws IOException {
        long low = 0;
        long high = entries;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (entry(middle, 0) <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? null : description(entry(low - 1, 1), address);
    }

    private Description scan(long address) throws IOException {
        long at = frames;
        while (at != 0 && at < framesEnd) {
            long place = file.offset(at, Integer.BYTES);
            long length = bytes.s32(place) & 0xffff_ffffL;
            if (length == 0) {
                return null;
            }
            int own = Integer.BYTES;
            if (length == 0xffff_ffffL) {
                length = bytes.s64(place + Integer.BYTES);
                own += Long.BYTES;
            }
            if (length < Integer.BYTES || length > framesEnd - at) {
                throw new DamagedElfException("its call frame information is damaged");
            }
            Description found = bytes.s32(place + own) == 0 ? null : description(at, address);
            if (found != null) {
                return found;
            }
            at += own + length;
        }
        return null;
    }

    /** The contents of an entry behind its length; the cursor's positions count from there. */
    private Cursor contents(long at) throws IOException {
        long place = file.offset(at, Integer.BYTES);
        long length = bytes.s32(place) & 0xffff_ffffL;
        int own = Integer.BYTES;
        if (length == 0xffff_ffffL) {
            length = bytes.s64(place + Integer.BYTES);
            own += Long.BYTES;
        }
        if (length < Integer.BYTES || length > LARGEST_ENTRY) {
            throw new DamagedElfException("its call frame information is damaged");
        }
        budget -= OVERHEAD + length;
        if (budget < 0) {
            throw new DamagedElfException("its call frame information is too large");
        }
        return new Cursor(file.read(at + own, (int) length), at + own);
    }

    /** The FDE at that place if it holds the address, else null. */
    private Description description(long at, long address) throws IOException {
        Cursor cursor = contents(at);
        long own = cursor.address();
        long back = cursor.u32();
        if (back == 0) {
            throw new DamagedElfException("its .eh_frame_hdr refers to no function");
        }
        Common common = common(own - back);
        long start = cursor.pointer(common.encoding, header);
        long length = cursor.value(common.encoding);
        if (address < start || address - start >= length) {
            return null;
        }
        if (common.augmented) {
            cursor.skip(cursor.uleb());
        }
        return new Description(common, cursor, start);
    }

    private Common common(long at) throws IOException {
        Common known = headers.get(at);
        if (known == null) {
            known = readCommon(at);
            headers.put(at, known);
        }
        return known;
    }

    private Common readCommon(long at) throws IOException {
        Cursor cursor = contents(at);
        if (cursor.u32() != 0) {
            throw new DamagedElfException("its call frame information is damaged");
        }
        int version = cursor.u8();
        String augmentation = cursor.string();
        if (version == 4) {
            cursor.skip(2); // sizes of addresses and of segment selectors
        }
        long codeAlignment = cursor.uleb();
        long dataAlignment = cursor.sleb();
        FrameRow row = new FrameRow(registers);
        row.returnAddress = version == 1 ? cursor.u8() : cursor.register();
        if (row.returnAddress >= registers) {
            throw new DamagedElfException("its return addresses are in register " + row.returnAddress);
        }
        int encoding = 0;
        boolean augmented = augmentation.startsWith("z");
        if (augmented) {
            long length = cursor.uleb();
            int end =
                    (int) Math.min(cursor.position() + Math.max(0, Math.min(length, LARGEST_ENTRY)), Integer.MAX_VALUE);
            for (int i = 1; i < augmentation.length(); i++) {
                switch (augmentation.charAt(i)) {
                    case 'R' -> encoding = cursor.u8();
                    case 'L' -> cursor.skip(1);
                    case 'P' -> cursor.skipPointer(cursor.u8());
                    case 'S' -> row.signalFrame = true;
                    default -> {} // B and G of aarch64 have no data, and change nothing here
                }
            }
            cursor.moveTo(end);
        } else if (!augmentation.isEmpty()) {
            throw new DamagedElfException("its call frame information has the unknown augmentation " + augmentation);
        }
        return new Common(codeAlignment, dataAlignment, encoding, augmented, row, cursor);
    }

    /**
     * Runs call frame instructions (DWARF 5, section 6.4.2) up to the row of an address.
     *
     * @param first the row that they begin with, and change
     * @param initial what DW_CFA_restore restores
     */
    private FrameRow run(Common common, FrameRow first, FrameRow initial, Cursor code, long start, long address)
            throws DamagedElfException {
        FrameRow row = first;
        long location = start;
        Deque<FrameRow> remembered = new ArrayDeque<>();
        while (code.hasMore()) {
            int instruction = code.u8();
            int operand = instruction & 0x3f;
            long next = location;
            switch (instruction & 0xc0) {
                case 0x40 -> next += operand * common.codeAlignment;
                case 0x80 -> row.set(operand, Rule.OFFSET, code.uleb() * common.dataAlignment, null);
                case 0xc0 -> restore(row, operand, initial);
                default -> {
                    switch (operand) {
                        case 0x00 -> {} // nop
                        case 0x01 -> next = code.pointer(common.encoding, header);
                        case 0x02 -> next += code.u8() * common.codeAlignment;
                        case 0x03 -> next += code.u16() * common.codeAlignment;
                        case 0x04 -> next += code.u32() * common.codeAlignment;
                        case 0x06 -> restore(row, code.register(), initial);
                        case 0x0a -> remember(remembered, row);
                        case 0x0b -> row = recall(remembered);
                        case 0x2c, 0x2d ->
                            signReturnAddress(row); // AARCH64_negate_ra_state_with_pc, ..._negate_ra_state
                        case 0x2e -> code.uleb(); // GNU_args_size: of use to a thrower only
                        default -> rule(row, operand, common, code);
                    }
                }
            }
            if (next > address) {
                return row;
            }
            location = next;
        }
        return row;
    }

    private static void rule(FrameRow row, int instruction, Common common, Cursor code) throws DamagedElfException {
        long factor = common.dataAlignment;
        switch (instruction) {
            case 0x05 -> row.set(code.register(), Rule.OFFSET, code.uleb() * factor, null);
            case 0x07 -> row.set(code.register(), Rule.UNDEFINED, 0, null);
            case 0x08 -> row.set(code.register(), Rule.SAME, 0, null);
            case 0x09 -> row.set(code.register(), Rule.REGISTER, code.register(), null);
            case 0x0c -> row.setFrame(code.register(), code.uleb());
            case 0x0d -> row.setFrame(code.register(), row.frameOffset);
            case 0x0e -> row.frameOffset = code.uleb();
            case 0x0f -> row.frameExpression = code.block();
            case 0x10 -> row.set(code.register(), Rule.EXPRESSION, 0, code.block());
            case 0x11 -> row.set(code.register(), Rule.OFFSET, code.sleb() * factor, null);
            case 0x12 -> row.setFrame(code.register(), code.sleb() * factor);
            case 0x13 -> row.frameOffset = code.sleb() * factor;
            case 0x14 -> row.set(code.register(), Rule.VALUE_OFFSET, code.uleb() * factor, null);
            case 0x15 -> row.set(code.register(), Rule.VALUE_OFFSET, code.sleb() * factor, null);
            case 0x16 -> row.set(code.register(), Rule.VALUE_EXPRESSION, 0, code.block());
            case 0x2f ->
                row.set(code.register(), Rule.OFFSET, -code.uleb() * factor, null); // GNU_negative_offset_extended
            default ->
                throw new DamagedElfException(
                        "its call frame information has the unknown instruction 0x" + Integer.toHexString(instruction));
        }
    }

    private static void restore(FrameRow row, int register, FrameRow initial) throws DamagedElfException {
        if (initial == null) {
            throw new DamagedElfException("its call frame information is damaged");
        }
        row.restore(register, initial);
    }

    private static void remember(Deque<FrameRow> remembered, FrameRow row) throws DamagedElfException {
        if (remembered.size() == MOST_REMEMBERED) {
            throw new DamagedElfException("its call frame information remembers too much");
        }
        remembered.push(row.copy());
    }

    private static FrameRow recall(Deque<FrameRow> remembered) throws DamagedElfException {
        if (remembered.isEmpty()) {
            throw new DamagedElfException("its call frame information is damaged");
        }
        return remembered.pop();
    }

    private void signReturnAddress(FrameRow row) throws DamagedElfException {
        if (file.machine() != ElfMachine.AARCH64) {
            throw new DamagedElfException("its call frame information is for another processor");
        }
        row.signed = !row.signed;
    }

    /** Whether the instruction that ends before the address enters the kernel. */
    public boolean isAfterSystemCall(long address) throws IOException {
        byte[] call = file.machine().systemCall();
        try {
            return Arrays.equals(call, file.read(address - call.length, call.length));
        } catch (DamagedElfException elsewhere) {
            return false;
        }
    }
}
