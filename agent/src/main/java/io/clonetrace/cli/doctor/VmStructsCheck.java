package io.clonetrace.cli.doctor;

import io.clonetrace.cli.target.LoadedJvm;
import io.clonetrace.linux.file.ForeignFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Whether the JVM exports the table by which the agent finds its threads' native side. */
record VmStructsCheck(Path target) implements Check {
    private static final String NAME = "vmStructs";
    private static final byte[] SYMBOL = "\0gHotSpotVMStructs\0".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 1 << 16;

    @Override
    public Ability look() {
        try {
            Optional<LoadedJvm> jvm = LoadedJvm.of(target);
            if (jvm.isEmpty()) {
                return Ability.open(NAME, "no JVM", "");
            }
            String where = "read in the file";
            if (jvm.get().readLibrary(ForeignFile.Limit.standard(), VmStructsCheck::names)) {
                return Ability.yes(NAME, "libjvm.so exports gHotSpotVMStructs", where);
            }
            return Ability.no(
                    NAME,
                    "this JVM exports no gHotSpotVMStructs; it isn't HotSpot",
                    where,
                    "clone flags are seen all the same; the agent needs HotSpot to join them with Java threads");
        } catch (IOException unreadable) {
            return Ability.open(NAME, "can't be told: " + unreadable.getMessage(), "");
        }
    }

    /** Exported names stand, with zeros around them, in the table .dynstr (elf(5)). */
    private static boolean names(InputStream library) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int kept = 0;
        for (int read = library.read(buffer, 0, BUFFER); read >= 0; read = library.read(buffer, kept, BUFFER - kept)) {
            int length = kept + read;
            // Latin-1 keeps every byte.
            String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
            if (text.contains(new String(SYMBOL, StandardCharsets.ISO_8859_1))) {
                return true;
            }
            kept = Math.min(length, SYMBOL.length);
            System.arraycopy(buffer, length - kept, buffer, 0, kept);
        }
        return false;
    }
}
