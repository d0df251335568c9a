package io.clonetrace.linux.hotspot;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.clonetrace.linux.NativeUnavailableException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Offsets of HotSpot's own fields in this JVM, from the table that libjvm exports for its serviceability agent
 * ({@code gHotSpotVMStructs}, hotspot/share/runtime/vmStructs.hpp).
 */
final class VmStructs {
    private final Map<String, Long> offsets = new HashMap<>();

    private VmStructs() {}

    /** @throws NativeUnavailableException if this JVM has no such table */
    static VmStructs ofThisJvm() throws IOException, NativeUnavailableException {
        NativeLibrary jvm = NativeLibrary.getInstance(LibJvm.ofThisProcess().path());
        VmStructs structs = new VmStructs();
        try {
            Pointer table = jvm.getGlobalVariableAddress("gHotSpotVMStructs").getPointer(0);
            long stride = global(jvm, "gHotSpotVMStructEntryArrayStride");
            long type = global(jvm, "gHotSpotVMStructEntryTypeNameOffset");
            long field = global(jvm, "gHotSpotVMStructEntryFieldNameOffset");
            long offset = global(jvm, "gHotSpotVMStructEntryOffsetOffset");
            for (long entry = 0; table.getPointer(entry + type) != null; entry += stride) {
                Pointer fieldName = table.getPointer(entry + field);
                if (fieldName != null) {
                    String name = table.getPointer(entry + type).getString(0) + "." + fieldName.getString(0);
                    structs.offsets.put(name, table.getLong(entry + offset));
                }
            }
        } catch (UnsatisfiedLinkError noTable) {
            throw new NativeUnavailableException(
                    "this JVM exports no gHotSpotVMStructs; clones are recorded without the Java threads that they made",
                    noTable);
        }
        return structs;
    }

    /**
     * The offset of {@code field} in the first of {@code types} that has it: fields move between a class and its
     * superclass.
     */
    long offset(String field, String... types) {
        for (String type : types) {
            Long offset = offsets.get(type + "." + field);
            if (offset != null) {
                return offset;
            }
        }
        throw new IllegalStateException("this JVM's gHotSpotVMStructs has no " + types[0] + "." + field);
    }

    /** The offset of a field without which we can do; -1 if this JVM's table lacks it. */
    long find(String type, String field) {
        return offsets.getOrDefault(type + "." + field, -1L);
    }

    private static long global(NativeLibrary jvm, String name) {
        return jvm.getGlobalVariableAddress(name).getLong(0);
    }
}
