package io.clonetrace.unwind.elf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * A 64-bit little-endian ELF file of a supported processor (elf(5)). Addresses are those of the file, before it is
 * relocated. Of the file little is kept in memory; all that it says is checked when it is used. Not thread-safe.
 *
 * <p>Symbols in {@code .gnu_debugdata} (compressed by xz) are not read.
 */
public final class ElfFile implements Closeable {
    // elf.h
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int HEADER_SIZE = 64;
    private static final int SEGMENT_SIZE = 56;
    private static final int SECTION_SIZE = 64;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_NOTE = 4;
    private static final int PT_GNU_EH_FRAME = 0x6474e550;
    private static final int PF_X = 1;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_NOBITS = 8;
    private static final int SHT_DYNSYM = 11;
    private static final int NT_GNU_BUILD_ID = 3;
    private static final long GNU = 0x00554e47;

    private static final int MOST_SECTIONS = 1 << 16;
    private static final int LARGEST_NOTES = 1 << 16;
    private static final int LONGEST_BUILD_ID = 64;

    /** The ELF header and 17 program headers. */
    private static final int LONGEST_MARK = 1 << 10;

    private final CachedBytes bytes;
    private final ElfMachine machine;
    private final List<Segment> segments = new ArrayList<>();
    private final boolean image;
    private final long bias;
    private long frameHeader;
    private Segment dynamic;
    private String buildId;
    private long buildIdAddress;
    private CallFrames callFrames;
    private Symbols symbols;

    /**
     * Part of the file that is mapped (PT_LOAD).
     *
     * @param address its first byte's
     * @param offset in the file
     * @param fileSize bytes in the file
     * @param memorySize bytes in memory
     * @param executable whether it is mapped executable
     */
    public record Segment(long address, long offset, long fileSize, long memorySize, boolean executable) {
        boolean holds(long at) {
            return at >= address && at - address < fileSize;
        }
    }

    /**
     * A function.
     *
     * @param name as in the symbol table: mangled
     * @param address of its first instruction
     */
    public record Function(String name, long address) {}

    /**
     * Part of the file that has a header in the section table.
     *
     * @param type SHT_...
     * @param name offset of its name
     */
    record Section(int type, int name, long address, long offset, long size, int link) {}

    /**
     * Opens a file. It stays open until {@link #close}.
     *
     * @throws DamagedElfException if it is no such file
     */
    public static ElfFile open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            // Opening a FIFO would block.
            throw new DamagedElfException(Files.exists(path) ? "it is no regular file" : "there is no such file");
        }
        return of(ElfBytes.open(path));
    }

    /** A file whose bytes come from elsewhere, which this one closes. */
    public static ElfFile of(ElfBytes bytes) throws IOException {
        return new ElfFile(bytes, false, 0);
    }

    /**
     * An image in memory, where offsets are addresses and there are no sections: a file that was deleted, or the vdso.
     *
     * @param bytes the image from the page of its first segment on
     * @param start where that page lies in memory
     */
    public static ElfFile inMemory(ElfBytes bytes, long start) throws IOException {
        return new ElfFile(bytes, true, start);
    }

    private ElfFile(ElfBytes source, boolean image, long start) throws IOException {
        boolean complete = false;
        try {
            bytes = new CachedBytes(source);
            if (bytes.size() < HEADER_SIZE || bytes.s32(0) != MAGIC) {
                throw new DamagedElfException("it is no ELF file");
            }
            if (bytes.u8(4) != CLASS_64 || bytes.u8(5) != LITTLE_ENDIAN) {
                throw new DamagedElfException("it is not a 64-bit little-endian ELF file");
            }
            machine = ElfMachine.of(bytes.u16(18));
            this.image = image;
            bias = readSegments(start);
            complete = true;
        } finally {
            if (!complete) {
                source.close();
            }
        }
    }

    /** Reads the program headers, and returns what is to be subtracted from addresses that ld.so has relocated. */
    private long readSegments(long start) throws IOException {
        long table = bytes.s64(32);
        int size = bytes.u16(54);
        int count = bytes.u16(56);
        if (count > 0 && size < SEGMENT_SIZE) {
            throw new DamagedElfException("its program headers have " + size + " bytes");
        }
        long lowest = Long.MAX_VALUE;
        for (int i = 0; image && i < count; i++) {
            long header = table + (long) i * size;
            if (bytes.s32(header) == PT_LOAD) {
                lowest = Math.min(lowest, bytes.s64(header + 16) & -4096L);
            }
        }
        List<Segment> notes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long header = table + (long) i * size;
            long address = bytes.s64(header + 16);
            long offset = image ? address - lowest : bytes.s64(header + 8);
            long inMemory = bytes.s64(header + 40);
            long inFile = bytes.s64(header + 32);
            boolean executable = (bytes.s32(header + 4) & PF_X) != 0;
            Segment segment = new Segment(address, offset, inFile, inMemory, executable);
            switch (bytes.s32(header)) {
                case PT_LOAD -> {
                    if ((address | offset | inMemory | inFile) < 0) {
                        throw new DamagedElfException("its program headers hold impossible numbers");
                    }
                    segments.add(segment);
                }
                case PT_DYNAMIC -> dynamic = segment;
                case PT_NOTE -> notes.add(segment);
                case PT_GNU_EH_FRAME -> frameHeader = address;
                default -> {}
            }
        }
        for (Segment note : notes) {
            readNotes(note);
        }
        return image ? start - lowest : 0;
    }

    /** Notes: name's length, description's length, type; then both, padded to four bytes. */
    private void readNotes(Segment notes) throws IOException {
        long at = notes.offset();
        long end = at + Math.min(notes.fileSize(), LARGEST_NOTES);
        while (buildId == null && at + 12 <= end) {
            long name = bytes.s32(at) & 0xffff_ffffL;
            long length = bytes.s32(at + 4) & 0xffff_ffffL;
            long description = at + 12 + (name + 3 & -4L);
            if (bytes.s32(at + 8) == NT_GNU_BUILD_ID
                    && name == 4
                    && bytes.s32(at + 12) == GNU
                    && length > 0
                    && length <= LONGEST_BUILD_ID
                    && description + length <= end) {
                buildId = HexFormat.of().formatHex(bytes.copy(description, (int) length));
                buildIdAddress = notes.address() + description - notes.offset();
            }
            at = description + (length + 3 & -4L);
        }
    }

    /** The processor that it is for. */
    public ElfMachine machine() {
        return machine;
    }

    /** The GNU build-id in hex; null if it has none. */
    public String buildId() {
        return buildId;
    }

    /**
     * Bytes that are mapped and by which a file is known in memory.
     *
     * @param address of the first one
     * @param bytes of the file
     */
    public record Mark(long address, byte[] bytes) {}

    /**
     * The mark of a file: its build-id, or the ELF header and the program headers if it has none.
     *
     * @throws DamagedElfException if neither is mapped
     */
    public Mark mark() throws IOException {
        if (buildId != null) {
            try {
                return new Mark(buildIdAddress, read(buildIdAddress, buildId.length() / 2));
            } catch (DamagedElfException notMapped) {
                // As in a file of which only notes outside of its segments tell.
            }
        }
        int length = (int) Math.min(LONGEST_MARK, bytes.s64(32) + (long) bytes.u16(54) * bytes.u16(56));
        for (Segment segment : segments) {
            if (segment.offset() == 0) {
                return new Mark(segment.address(), readUpTo(segment.address(), Math.max(HEADER_SIZE, length)));
            }
        }
        throw new DamagedElfException("its header is not mapped");
    }

    /** The segments that are mapped. */
    public List<Segment> segments() {
        return List.copyOf(segments);
    }

    /** The lowest address; 0 if nothing is mapped. */
    public long lowestAddress() {
        long lowest = segments.isEmpty() ? 0 : Long.MAX_VALUE;
        for (Segment segment : segments) {
            lowest = Math.min(lowest, segment.address());
        }
        return lowest & -4096L;
    }

    /**
     * The address at which a part of the file is mapped, if it is mapped executable.
     *
     * @param offset of a page's first byte
     */
    public OptionalLong codeAddress(long offset) {
        for (Segment segment : segments) {
            // A segment needn't begin at a page's first byte; what is mapped does. Pages have up to 64 KiB.
            if (segment.executable()
                    && offset > segment.offset() - (1 << 16)
                    && offset < segment.offset() + segment.fileSize()) {
                return OptionalLong.of(offset - segment.offset() + segment.address());
            }
        }
        return OptionalLong.empty();
    }

    /**
     * Reads what is mapped at an address.
     *
     * @throws DamagedElfException if the file has no such bytes
     */
    public byte[] read(long address, int length) throws IOException {
        return bytes.copy(offset(address, length), length);
    }

    /** Reads what is mapped at an address, fewer bytes where the segment ends. */
    byte[] readUpTo(long address, int length) throws IOException {
        for (Segment segment : segments) {
            if (segment.holds(address)) {
                return read(address, (int) Math.min(length, segment.fileSize() - (address - segment.address())));
            }
        }
        return read(address, length);
    }

    long offset(long address, long length) throws DamagedElfException {
        for (Segment segment : segments) {
            if (segment.holds(address) && segment.fileSize() - (address - segment.address()) >= length) {
                return segment.offset() + (address - segment.address());
            }
        }
        throw new DamagedElfException("nothing is mapped at its address 0x" + Long.toHexString(address));
    }

    CachedBytes bytes() {
        return bytes;
    }

    /** The address of .eh_frame_hdr; 0 if there is none. */
    long frameHeader() {
        return frameHeader;
    }

    /** The segment of the dynamic section; null if there is none. */
    Segment dynamic() {
        return dynamic;
    }

    /** An address of the dynamic section, which ld.so has relocated if this is an image in memory. */
    long unrelocated(long address) {
        return image && address >= bias ? address - bias : address;
    }

    /** The section headers; empty if there are none, as in memory. */
    List<Section> sections() throws IOException {
        List<Section> sections = new ArrayList<>();
        long table = bytes.s64(40);
        int count = Math.min(bytes.u16(60), MOST_SECTIONS);
        if (image || table == 0 || bytes.u16(58) != SECTION_SIZE) {
            return sections;
        }
        for (int i = 0; i < count; i++) {
            long header = table + (long) i * SECTION_SIZE;
            sections.add(new Section(
                    bytes.s32(header + 4),
                    bytes.s32(header),
                    bytes.s64(header + 16),
                    bytes.s64(header + 24),
                    bytes.s64(header + 32),
                    bytes.s32(header + 40)));
        }
        return sections;
    }

    /** The section of that name. */
    Section section(String name) throws IOException {
        List<Section> all = sections();
        int names = bytes.u16(62);
        if (names < all.size()) {
            for (Section section : all) {
                if (section.type() != SHT_NOBITS && isName(all.get(names), section.name(), name)) {
                    return section;
                }
            }
        }
        return null;
    }

    private boolean isName(Section names, int at, String name) throws IOException {
        if (at < 0 || at + (long) name.length() >= names.size()) {
            return false;
        }
        for (int i = 0; i <= name.length(); i++) {
            if (bytes.u8(names.offset() + at + i) != (i == name.length() ? 0 : name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private void addSymbols(List<Section> sections, int type) {
        for (Section section : sections) {
            if (section.type() == type) {
                symbols.add(section);
            }
        }
    }

    private Symbols symbolTables() throws IOException {
        if (symbols == null) {
            List<Section> all = sections();
            symbols = new Symbols(this, all);
            addSymbols(all, SHT_DYNSYM);
            addSymbols(all, SHT_SYMTAB);
            if (all.isEmpty()) {
                symbols.addDynamic();
            }
        }
        return symbols;
    }

    /** The address of a symbol that this file defines: in .dynsym, else in .symtab. */
    public OptionalLong symbol(String name) throws IOException {
        return symbolTables().address(name);
    }

    /** The function that holds the address; null if no symbol tells. */
    public Function function(long address) throws IOException {
        return functions(address)[0];
    }

    /** The functions that hold the addresses, with one scan of the symbols; null where no symbol tells. */
    public Function[] functions(long... addresses) throws IOException {
        return addresses.length == 0 ? new Function[0] : symbolTables().functions(addresses);
    }

    /** How to find the callers of its functions. */
    public CallFrames callFrames() {
        if (callFrames == null) {
            callFrames = new CallFrames(this);
        }
        return callFrames;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
