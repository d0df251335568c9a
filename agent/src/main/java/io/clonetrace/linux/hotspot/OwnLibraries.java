package io.clonetrace.linux.hotspot;

import io.clonetrace.linux.proc.Musl;
import io.clonetrace.linux.proc.PseudoFile;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The libraries that this process has mapped for as long as it runs.
 *
 * @param musl whether its C library is musl
 * @param hotSpot its libjvm.so; null if it has none
 */
record OwnLibraries(boolean musl, LibJvm hotSpot) {
    private static volatile OwnLibraries known;

    /**
     * Read once: they are wanted at three places of a start, and an application waits. By FileInputStream, which is
     * loaded already; java.nio's channels are not.
     *
     * @throws IOException if /proc/self/maps can't be read
     */
    static OwnLibraries ofThisProcess() throws IOException {
        OwnLibraries read = known;
        if (read == null) {
            try (InputStream maps = new FileInputStream("/proc/self/maps")) {
                // Latin-1: a path may be any bytes.
                read = of(PseudoFile.lines(new String(maps.readAllBytes(), StandardCharsets.ISO_8859_1)));
            }
            known = read;
        }
        return read;
    }

    /** @param maps the lines of /proc/PID/maps */
    static OwnLibraries of(List<String> maps) {
        boolean musl = false;
        LibJvm hotSpot = null;
        for (String line : maps) {
            if (line.indexOf('/') > 0) {
                musl |= Musl.isMappedBy(line);
                hotSpot = hotSpot == null ? LibJvm.of(line) : hotSpot;
            }
        }
        return new OwnLibraries(musl, hotSpot);
    }

    /**
     * Its libjvm.so.
     *
     * @throws IllegalStateException if it has none
     */
    LibJvm jvm() {
        if (hotSpot == null) {
            throw new IllegalStateException("no libjvm.so in /proc/self/maps");
        }
        return hotSpot;
    }
}
