package io.clonetrace.linux.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.linux.file.Pipe;
import io.clonetrace.linux.jna.LibC;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pipe's reader sees its end when the kernel has closed the last descriptor of its writer. */
class DeferredCloseTest {
    private static final int F_GETFD = 1; // asm-generic/fcntl.h

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void descriptorsAreFreeAtOnceAndTheirFilesAreClosedByTheKernel() throws Exception {
        Pipe one = Pipe.make();
        Pipe other = Pipe.make();
        try (InputStream first = new FileInputStream(one.reading().toFile());
                InputStream second = new FileInputStream(other.reading().toFile())) {
            DeferredClose.close(one.writeFd(), other.writeFd());

            assertEquals(-1, LibC.fcntl(one.writeFd(), F_GETFD, 0));
            assertEquals(-1, LibC.fcntl(other.writeFd(), F_GETFD, 0));
            assertEquals(-1, first.read());
            assertEquals(-1, second.read());
        } finally {
            LibC.close(one.readFd());
            LibC.close(other.readFd());
        }
    }
}
