package io.clonetrace.linux.hotspot;

import java.nio.charset.StandardCharsets;

/**
 * Where libjvm.so is mapped in this process.
 *
 * @param path the file
 * @param codeStart lowest address of its executable mapping
 * @param codeEnd the end of that mapping, exclusive
 */
record LibJvm(String path, long codeStart, long codeEnd) {

    /**
     * Of a line of /proc/PID/maps (proc_pid_maps(5)); null if it is another file's, or not of code.
     *
     * @param line in Latin-1: a path may be any bytes
     */
    static LibJvm of(String line) {
        if (!line.endsWith("/libjvm.so") || !line.contains(" r-xp ")) {
            return null;
        }
        int dash = line.indexOf('-');
        long start = Long.parseUnsignedLong(line.substring(0, dash), 16);
        long end = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
        byte[] name = line.substring(line.indexOf('/')).getBytes(StandardCharsets.ISO_8859_1);
        return new LibJvm(new String(name, StandardCharsets.UTF_8), start, end);
    }

    boolean holdsCode(long address) {
        return address >= codeStart && address < codeEnd;
    }
}
