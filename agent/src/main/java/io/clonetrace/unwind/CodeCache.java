package io.clonetrace.unwind;

import io.clonetrace.unwind.elf.ElfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The memory in which HotSpot keeps all code that it generates: compiled methods, the interpreter, stubs.
 *
 * @param start its first address
 * @param end the address behind it
 */
record CodeCache(long start, long end) {
    // hotspot/share/runtime/vmStructs.hpp: struct VMStructEntry
    private static final int ENTRY = 48;
    private static final int FIELD_NAME = 8;
    private static final int ADDRESS = 40;

    private static final int ENTRIES_AT_ONCE = 64;
    private static final int MOST_ENTRIES = 20_000;
    private static final int LONGEST_NAME = 32;

    /**
     * Finds it by the table that libjvm exports to debuggers.
     *
     * @return null if the JVM has not made it yet, or the table lacks it
     */
    static CodeCache of(MappedFile jvm, ProcessMemory memory) throws IOException {
        ElfFile file = jvm.library().file();
        OptionalLong table = file.symbol("gHotSpotVMStructs");
        OptionalLong stride = file.symbol("gHotSpotVMStructEntryArrayStride");
        if (table.isEmpty() || stride.isEmpty() || memory.word(jvm.address(stride.getAsLong())) != ENTRY) {
            return null;
        }
        long start = 0;
        long end = 0;
        Map<Long, Boolean> ofCodeCache = new HashMap<>();
        long at = memory.word(jvm.address(table.getAsLong()));
        for (int i = 0; i < MOST_ENTRIES && (start == 0 || end == 0); i += ENTRIES_AT_ONCE) {
            ByteBuffer entries = memory.read(at + (long) i * ENTRY, ENTRIES_AT_ONCE * ENTRY);
            for (int entry = 0; entry < entries.limit(); entry += ENTRY) {
                long type = entries.getLong(entry);
                if (type == 0) {
                    return null;
                }
                if (ofCodeCache.get(type) == null) {
                    ofCodeCache.put(type, memory.string(type, LONGEST_NAME).equals("CodeCache"));
                }
                if (ofCodeCache.get(type)) {
                    String field = memory.string(entries.getLong(entry + FIELD_NAME), LONGEST_NAME);
                    if (field.equals("_low_bound")) {
                        start = memory.word(entries.getLong(entry + ADDRESS));
                    } else if (field.equals("_high_bound")) {
                        end = memory.word(entries.getLong(entry + ADDRESS));
                    }
                }
            }
        }
        return start > 0 && end > start ? new CodeCache(start, end) : null;
    }

    boolean holds(long address) {
        return address >= start && address < end;
    }
}
