package io.clonetrace.unwind.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The symbol tables of a file. Each question scans them and keeps nothing: those of libjvm.so sorted in memory would
 * take 24 MiB, a scan takes a few milliseconds. A name is looked up in the table's hash table where the file has one
 * (DT_GNU_HASH), since at a JVM's end a scan is interpreted.
 */
final class Symbols {
    // elf.h
    private static final int SYMBOL_SIZE = 24;
    private static final int STT_FUNC = 2;
    private static final int STT_TLS = 6;
    private static final int STT_GNU_IFUNC = 10;
    private static final int DT_HASH = 4;
    private static final int DT_STRTAB = 5;
    private static final int DT_SYMTAB = 6;
    private static final int DT_STRSZ = 10;
    private static final int DT_GNU_HASH = 0x6ffffef5;
    private static final int SHT_GNU_HASH = 0x6ffffff6;

    /** A table of 11 million symbols; more is not read. */
    private static final long LARGEST = 1L << 28;

    private static final int CHUNK = SYMBOL_SIZE * 2730;
    private static final int LONGEST_NAME = 1 << 14;
    private static final int MOST_ALIASES = 16;
    private static final int MOST_PLACES = 64;
    private static final int MOST_DYNAMIC_ENTRIES = 4096;

    private final ElfFile file;
    private final CachedBytes bytes;
    private final List<ElfFile.Section> sections;
    private final List<Table> tables = new ArrayList<>();

    /**
     * A symbol table.
     *
     * @param offset in the file
     * @param size in bytes
     * @param names the offset of its string table
     * @param namesSize that table's size in bytes
     * @param hash the offset of the hash table (DT_GNU_HASH) of all symbols that it defines; 0 if there is none
     */
    private record Table(long offset, long size, long names, long namesSize, long hash) {}

    /** A symbol of a function, or several of the same address. */
    private record Candidate(Table table, int name, boolean local) {}

    Symbols(ElfFile file, List<ElfFile.Section> sections) {
        this.file = file;
        this.bytes = file.bytes();
        this.sections = sections;
    }

    void add(ElfFile.Section symbols) {
        if (symbols.link() >= 0 && symbols.link() < sections.size()) {
            ElfFile.Section names = sections.get(symbols.link());
            add(symbols.offset(), symbols.size(), names.offset(), names.size(), hashOf(symbols));
        }
    }

    private long hashOf(ElfFile.Section symbols) {
        for (ElfFile.Section section : sections) {
            if (section.type() == SHT_GNU_HASH
                    && section.link() >= 0
                    && section.link() < sections.size()
                    && sections.get(section.link()) == symbols) {
                return section.offset();
            }
        }
        return 0;
    }

    private void add(long offset, long size, long names, long namesSize, long hash) {
        boolean inside = offset >= 0 && size > 0 && offset < bytes.size();
        if (inside && names >= 0 && namesSize > 0 && names < bytes.size()) {
            long whole = Math.min(Math.min(size, bytes.size() - offset), LARGEST);
            tables.add(new Table(
                    offset,
                    whole - whole % SYMBOL_SIZE,
                    names,
                    Math.min(Math.min(namesSize, bytes.size() - names), LARGEST),
                    hash));
        }
    }

    /** Adds .dynsym where no section header tells of it, by the dynamic section. */
    void addDynamic() throws IOException {
        ElfFile.Segment dynamic = file.dynamic();
        if (dynamic == null) {
            return;
        }
        long symbols = 0;
        long names = 0;
        long namesSize = 0;
        long count = 0;
        long hash = 0;
        long at = file.offset(dynamic.address(), 0);
        long entries = Math.min(dynamic.fileSize() / 16, MOST_DYNAMIC_ENTRIES);
        for (int i = 0; i < entries; i++) {
            long tag = bytes.s64(at + 16L * i);
            long value = bytes.s64(at + 16L * i + 8);
            if (tag == 0) {
                break;
            } else if (tag == DT_SYMTAB) {
                symbols = file.offset(file.unrelocated(value), 0);
            } else if (tag == DT_STRTAB) {
                names = file.offset(file.unrelocated(value), 0);
            } else if (tag == DT_STRSZ) {
                namesSize = value;
            } else if (tag == DT_HASH) {
                count = bytes.s32(file.offset(file.unrelocated(value), 8) + 4) & 0xffff_ffffL;
            } else if (tag == DT_GNU_HASH) {
                hash = file.offset(file.unrelocated(value), 16);
            }
        }
        if (count == 0 && hash != 0) {
            count = gnuHashed(hash);
        }
        if (symbols != 0 && names != 0) {
            add(symbols, count * SYMBOL_SIZE, names, namesSize, hash);
        }
    }

    /** How many symbols a DT_GNU_HASH table covers: the last one ends the chain of the highest bucket. */
    private long gnuHashed(long table) throws IOException {
        long buckets = bytes.s32(table) & 0xffff_ffffL;
        long first = bytes.s32(table + 4) & 0xffff_ffffL;
        long bloom = bytes.s32(table + 8) & 0xffff_ffffL;
        if (buckets > LARGEST / SYMBOL_SIZE) {
            throw new DamagedElfException("its hash table has " + buckets + " buckets");
        }
        long bucket = table + 16 + bloom * Long.BYTES;
        long last = 0;
        for (long i = 0; i < buckets; i++) {
            last = Math.max(last, bytes.s32(bucket + 4 * i) & 0xffff_ffffL);
        }
        if (last < first) {
            return first;
        }
        long chain = bucket + 4 * buckets;
        while ((bytes.s32(chain + 4 * (last - first)) & 1) == 0) {
            last++;
            if (last > LARGEST / SYMBOL_SIZE) {
                throw new DamagedElfException("a chain of its hash table doesn't end");
            }
        }
        return last + 1;
    }

    /** The address of a defined symbol: in the first table that has it. */
    OptionalLong address(String name) throws IOException {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        if (text.length == 0 || text.length > LONGEST_NAME) {
            return OptionalLong.empty();
        }
        for (Table table : tables) {
            OptionalLong address = table.hash() == 0 ? scanned(table, text) : hashed(table, text);
            if (address.isPresent()) {
                return address;
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong scanned(Table table, byte[] name) throws IOException {
        int[] places = places(table, name);
        Chunks chunks = new Chunks(table);
        for (ByteBuffer chunk = places.length == 0 ? null : chunks.next(); chunk != null; chunk = chunks.next()) {
            for (int at = 0; at < chunk.limit(); at += SYMBOL_SIZE) {
                if (isPlaced(chunk.get(at + 4), chunk.getShort(at + 6))
                        && Arrays.binarySearch(places, chunk.getInt(at)) >= 0) {
                    return OptionalLong.of(chunk.getLong(at + 8));
                }
            }
        }
        return OptionalLong.empty();
    }

    /** Whether a symbol is defined, and is an address. */
    private static boolean isPlaced(int info, int section) {
        return section != 0 && (info & 15) != STT_TLS;
    }

    /** As ld.so looks it up (glibc elf/dl-lookup.c). A hash table that leads beyond the file's end is not used. */
    private OptionalLong hashed(Table table, byte[] name) throws IOException {
        try {
            int hash = 5381;
            for (byte letter : name) {
                hash = hash * 33 + (letter & 0xff);
            }
            long buckets = bytes.s32(table.hash()) & 0xffff_ffffL;
            long first = bytes.s32(table.hash() + 4) & 0xffff_ffffL;
            long bloom = bytes.s32(table.hash() + 8) & 0xffff_ffffL;
            if (buckets == 0) {
                return scanned(table, name);
            }
            long bucket = table.hash() + 16 + bloom * Long.BYTES;
            long chain = bucket + buckets * Integer.BYTES;
            long symbol = bytes.s32(bucket + (hash & 0xffff_ffffL) % buckets * Integer.BYTES) & 0xffff_ffffL;
            boolean last = symbol < first;
            while (!last && symbol < table.size() / SYMBOL_SIZE) {
                int its = bytes.s32(chain + (symbol - first) * Integer.BYTES);
                long at = table.offset() + symbol * SYMBOL_SIZE;
                if ((its | 1) == (hash | 1)
                        && isPlaced(bytes.u8(at + 4), bytes.u16(at + 6))
                        && isName(table, bytes.s32(at), name)) {
                    return OptionalLong.of(bytes.s64(at + 8));
                }
                last = (its & 1) != 0;
                symbol++;
            }
            return OptionalLong.empty();
        } catch (DamagedElfException damaged) {
            return scanned(table, name);
        }
    }

    private boolean isName(Table table, int at, byte[] name) throws IOException {
        long from = at & 0xffff_ffffL;
        if (from + name.length >= table.namesSize()) {
            return false;
        }
        byte[] text = bytes.copy(table.names() + from, name.length + 1);
        return text[name.length] == 0 && Arrays.equals(text, 0, name.length, name, 0, name.length);
    }

    /** Where in the string table the name is, which may be the end of a longer one; ascending. */
    private int[] places(Table table, byte[] name) throws IOException {
        int[] places = new int[MOST_PLACES];
        int found = 0;
        ByteBuffer chunk = CachedBytes.littleEndian(CHUNK);
        byte[] text = chunk.array();
        for (long from = 0; from < table.namesSize(); from += CHUNK - name.length) {
            chunk.clear();
            chunk.limit((int) Math.min(CHUNK, table.namesSize() - from));
            bytes.read(chunk, table.names() + from);
            for (int at = 0; at + name.length < chunk.limit() && found < MOST_PLACES; at++) {
                if (text[at + name.length] == 0
                        && text[at] == name[0]
                        && Arrays.equals(text, at, at + name.length, name, 0, name.length)) {
                    places[found++] = (int) (from + at);
                }
            }
        }
        return Arrays.copyOf(places, found);
    }

    /**
     * The innermost function around each address, in one scan; null where there is none. Of several names for it, the
     * one that is public and plain.
     */
    ElfFile.Function[] functions(long... addresses) throws IOException {
        Search[] searches = Arrays.stream(addresses).mapToObj(Search::new).toArray(Search[]::new);
        for (Table table : tables) {
            Chunks chunks = new Chunks(table);
            for (ByteBuffer chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                for (int at = 0; at < chunk.limit(); at += SYMBOL_SIZE) {
                    int type = chunk.get(at + 4) & 15;
                    if ((type == STT_FUNC || type == STT_GNU_IFUNC) && chunk.getShort(at + 6) != 0) {
                        long value = chunk.getLong(at + 8);
                        for (Search search : searches) {
                            if (value >= 0 && value <= search.address) {
                                search.consider(table, chunk, at, value);
                            }
                        }
                    }
                }
            }
        }
        ElfFile.Function[] functions = new ElfFile.Function[searches.length];
        for (int i = 0; i < searches.length; i++) {
            functions[i] = searches[i].result();
        }
        return functions;
    }

    /** For the function that holds one address. */
    private final class Search {
        private final long address;
        private final List<Candidate> names = new ArrayList<>();
        private long start;
        private Candidate nearest;
        private long nearestStart = -1;
        private int nearestSection;

        Search(long address) {
            this.address = address;
        }

        /** A function that begins at or below the address. */
        void consider(Table table, ByteBuffer chunk, int at, long value) {
            long size = chunk.getLong(at + 16);
            if (address - value < size) {
                if (value > start) {
                    names.clear();
                }
                if (names.isEmpty() || value > start) {
                    start = value;
                }
                if (value == start && names.size() < MOST_ALIASES) {
                    names.add(new Candidate(table, chunk.getInt(at), chunk.get(at + 4) >>> 4 == 0));
                }
            } else if (value > nearestStart) {
                nearestStart = value;
                nearest = size == 0 ? new Candidate(table, chunk.getInt(at), true) : null;
                nearestSection = chunk.getShort(at + 6) & 0xffff;
            }
        }

        ElfFile.Function result() throws IOException {
            if (!names.isEmpty()) {
                return new ElfFile.Function(best(names), start);
            }
            // Written in assembly, without a size: if it is in the same section and no other function is between.
            return nearest != null && isInSection(nearestSection, address)
                    ? new ElfFile.Function(name(nearest), nearestStart)
                    : null;
        }
    }

    private boolean isInSection(int number, long address) {
        return number < sections.size()
                && address >= sections.get(number).address()
                && address - sections.get(number).address()
                        < sections.get(number).size();
    }

    private String best(List<Candidate> aliases) throws IOException {
        if (aliases.size() == 1) {
            return name(aliases.get(0));
        }
        boolean hasGlobal = aliases.stream().anyMatch(alias -> !alias.local());
        List<String> names = new ArrayList<>();
        for (Candidate alias : aliases) {
            if (!hasGlobal || !alias.local()) {
                names.add(name(alias));
            }
        }
        return names.stream()
                .min(Comparator.comparingInt(Symbols::underscores)
                        .thenComparingInt(String::length)
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private static int underscores(String name) {
        int count = 0;
        while (count < name.length() && name.charAt(count) == '_') {
            count++;
        }
        return count;
    }

    private String name(Candidate symbol) throws IOException {
        long from = symbol.name() & 0xffff_ffffL;
        if (from >= symbol.table().namesSize()) {
            throw new DamagedElfException("a symbol's name is beyond its string table");
        }
        int longest = (int) Math.min(LONGEST_NAME, symbol.table().namesSize() - from);
        byte[] text = bytes.copy(symbol.table().names() + from, longest);
        int end = 0;
        while (end < longest && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    /** A table in pieces that hold whole symbols. */
    private final class Chunks {
        private final ByteBuffer chunk = CachedBytes.littleEndian(CHUNK);
        private final Table table;
        private long at;

        Chunks(Table table) {
            this.table = table;
        }

        /** The next piece; null at the end. */
        ByteBuffer next() throws IOException {
            if (at >= table.size()) {
                return null;
            }
            chunk.clear();
            chunk.limit((int) Math.min(CHUNK, table.size() - at));
            bytes.read(chunk, table.offset() + at);
            at += chunk.limit();
            return chunk;
        }
    }
}
