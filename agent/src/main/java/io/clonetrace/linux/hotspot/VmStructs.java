package io.clonetrace.linux.hotspot;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Offsets of HotSpot's own fields in this JVM, from the table that libjvm exports for its serviceability agent
 * ({@code gHotSpotVMStructs}, hotspot/share/runtime/vmStructs.hpp).
 */
final class VmStructs {
    /** Those whose fields {@link #offset} is asked for. */
    private static final Set<String> TYPES = Set.of("Thread", "JavaThread", "OSThread", "JavaFrameAnchor");

    private final Map<String, Long> offsets = new HashMap<>();

    private VmStructs() {}

    /** Empty if this JVM exports no such table. */
    static Optional<VmStructs> ofThisJvm() throws IOException {
        NativeLibrary jvm =
                NativeLibrary.getInstance(OwnLibraries.ofThisProcess().jvm().path());
        VmStructs structs = new VmStructs();
        try {
            Pointer table = jvm.getGlobalVariableAddress("gHotSpotVMStructs").getPointer(0);
            long stride = global(jvm, "gHotSpotVMStructEntryArrayStride");
            long type = global(jvm, "gHotSpotVMStructEntryTypeNameOffset");
            long field = global(jvm, "gHotSpotVMStructEntryFieldNameOffset");
            long offset = global(jvm, "gHotSpotVMStructEntryOffsetOffset");
            // Thousands of entries, of which those of a type follow each other and share its name. Strings are read
            // for the types that are needed.
            long last = 0;
            String needed = null;
            long typeName = table.getLong(type);
            for (long entry = 0; typeName != 0; typeName = table.getLong(entry + type)) {
                if (typeName != last) {
                    last = typeName;
                    String name = table.getPointer(entry + type).getString(0);
                    needed = TYPES.contains(name) ? name : null;
                }
                Pointer fieldName = needed == null ? null : table.getPointer(entry + field);
                if (fieldName != null) {
                    structs.offsets.put(needed + "." + fieldName.getString(0), table.getLong(entry + offset));
                }
                entry += stride;
            }
        } catch (UnsatisfiedLinkError noTable) {
            return Optional.empty();
        }
        return Optional.of(structs);
    }

    /**
     * The offset of {@code field} in the first of {@code types} that has it: fields move between a class and its
     * superclass. -1 if this JVM's table lacks it.
     */
    long offset(String field, String... types) {
        for (String type : types) {
            Long offset = offsets.get(type + "." + field);
            if (offset != null) {
                return offset;
            }
        }
        return JavaThreadLayout.NONE;
    }

    private static long global(NativeLibrary jvm, String name) {
        return jvm.getGlobalVariableAddress(name).getLong(0);
    }
}
