package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.proc.PseudoFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where libjvm.so is mapped in this process.
 *
 * @param path the file
 * @param codeStart lowest address of its executable mapping
 * @param codeEnd the end of that mapping, exclusive
 */
record LibJvm(String path, long codeStart, long codeEnd) {

    /** Reads /proc/self/maps (proc(5)). */
    static LibJvm ofThisProcess() throws IOException {
        // Latin-1: a mapping's path may be any bytes.
        for (String line : PseudoFile.lines(Path.of("/proc/self/maps"))) {
            int path = line.indexOf('/');
            if (path > 0 && line.endsWith("/libjvm.so") && line.contains(" r-xp ")) {
                int dash = line.indexOf('-');
                long start = Long.parseUnsignedLong(line.substring(0, dash), 16);
                long end = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
                byte[] name = line.substring(path).getBytes(StandardCharsets.ISO_8859_1);
                return new LibJvm(new String(name, StandardCharsets.UTF_8), start, end);
            }
        }
        throw new IllegalStateException("no libjvm.so in /proc/self/maps");
    }

    boolean holdsCode(long address) {
        return address >= codeStart && address < codeEnd;
    }
}
