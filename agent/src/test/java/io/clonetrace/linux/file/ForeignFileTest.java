package io.clonetrace.linux.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clonetrace.linux.file.ForeignFile.Limit;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another process may put in a file's place, and what is said of it. */
class ForeignFileTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Path NAME = Path.of("/opt/jdk/lib/libjvm.so");
    private static final int MOST = 100_003;

    @TempDir
    private Path root;

    private Path file;

    @BeforeEach
    void plant() throws IOException {
        file = root.resolve("opt/jdk/lib/libjvm.so");
        Files.createDirectories(file.getParent());
    }

    private String read() {
        return assertTimeoutPreemptively(
                DEADLINE, () -> ForeignFile.read(root, NAME, MOST, Limit.standard(), ForeignFileTest::text));
    }

    private static String text(InputStream content) throws IOException {
        return new String(content.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private void assertRefused(String why) {
        IOException refused = assertThrows(IOException.class, this::read);
        assertEquals(why, refused.getMessage());
    }

    @Test
    void aRegularFileIsReadWhole() throws IOException {
        String text = "x".repeat(MOST - 1) + "\u00ff";
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        assertEquals(text, read());
    }

    @Test
    void anAbsentFile() {
        assertRefused("there is no " + NAME);
    }

    @Test
    void aPipeThatNobodyWritesTo() throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        assertRefused(NAME + " is a named pipe, not a regular file");
    }

    @Test
    void aLink() throws IOException {
        Files.createSymbolicLink(file, Path.of("elsewhere"));
        assertRefused(NAME + " is a symbolic link, not a regular file");
    }

    @Test
    void aDevice() {
        IOException refused = assertThrows(
                IOException.class,
                () -> assertTimeoutPreemptively(
                        DEADLINE,
                        () -> ForeignFile.read(
                                Path.of("/"), Path.of("/dev/zero"), MOST, Limit.standard(), ForeignFileTest::text)));
        assertEquals("/dev/zero is a device, not a regular file", refused.getMessage());
    }

    @Test
    void aLinkInTheMiddleOfThePath() throws IOException {
        Path other = Files.createDirectories(root.resolve("other/lib"));
        Files.writeString(other.resolve("libjvm.so"), "what the host has there");
        Files.delete(file.getParent());
        Files.delete(root.resolve("opt/jdk"));
        Files.createSymbolicLink(root.resolve("opt/jdk"), root.resolve("other"));
        assertRefused(NAME + " is behind a link, or below something that is not a folder");
    }

    @Test
    void aPathThatLeadsUpwards() {
        IOException refused = assertThrows(
                IOException.class,
                () -> ForeignFile.read(
                        root, Path.of("/../../etc/hostname"), MOST, Limit.standard(), ForeignFileTest::text));
        assertEquals("/../../etc/hostname leads upwards", refused.getMessage());
    }

    @Test
    void aSparseFileOfATebibyte() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 40);
        } catch (IOException tooLarge) {
            assumeTrue(false, "this file system has no such files: " + tooLarge.getMessage());
        }
        assertRefused(NAME + " is larger than " + MOST + " bytes");
    }

    /** Whoever looks first and reads then may see two sizes. */
    @Test
    void aFileThatGrowsWhileItIsRead() throws IOException {
        Files.writeString(file, "x".repeat(MOST));
        IOException refused = assertThrows(
                IOException.class,
                () -> ForeignFile.read(root, NAME, MOST, Limit.standard(), content -> {
                    Files.writeString(file, "y".repeat(MOST + 1));
                    return text(content);
                }));
        assertEquals(NAME + " is larger than " + MOST + " bytes", refused.getMessage());
    }

    @Test
    void theFileBehindAMapping() throws Exception {
        Path maps = Path.of("/proc/self/maps");
        String mapping = Files.readAllLines(maps, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.endsWith("/libjvm.so"))
                .findFirst()
                .orElseThrow();
        Path link = Path.of("/proc/self/map_files", mapping.substring(0, mapping.indexOf(' ')));
        assumeTrue(Files.isReadable(link), "only who has CAP_SYS_ADMIN may follow the links of /proc/PID/map_files");
        String head = ForeignFile.readBehind(
                link,
                1 << 30,
                Limit.standard(),
                content -> new String(content.readNBytes(4), StandardCharsets.ISO_8859_1));
        assertEquals("\177ELF", head);
    }

    /** As one on a file system that does not answer. */
    @Test
    void aFileThatDoesNotCome() throws IOException {
        Files.writeString(file, "x");
        CountDownLatch never = new CountDownLatch(1);
        IOException refused = assertThrows(
                IOException.class,
                () -> ForeignFile.read(root, NAME, MOST, Limit.of(Duration.ofMillis(20)), content -> {
                    awaitUninterruptibly(never);
                    return text(content);
                }));
        assertEquals(NAME + " could not be read within 20 ms", refused.getMessage());
        never.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** A process that serves several files can delay each of them: the deadline is for all together. */
    @Test
    void ofALimitThatHasPassedNothingIsLeft() throws IOException {
        Files.writeString(file, "x");
        Limit passed = new Limit(Duration.ofSeconds(5), System.nanoTime());
        IOException refused = assertThrows(
                IOException.class,
                () -> ForeignFile.read(
                        root,
                        NAME,
                        MOST,
                        passed,
                        reading -> {
                            throw new AssertionError("a thread is to read");
                        },
                        ForeignFileTest::text));
        assertEquals(NAME + " could not be read within 5000 ms", refused.getMessage());
    }

    @Test
    void atALimitOfThreads() throws IOException {
        Files.writeString(file, "x");
        IOException refused = assertThrows(
                IOException.class,
                () -> ForeignFile.read(
                        root,
                        NAME,
                        MOST,
                        Limit.standard(),
                        reading -> new Thread(reading) {
                            @Override
                            public void start() {
                                throw new OutOfMemoryError("unable to create native thread");
                            }
                        },
                        ForeignFileTest::text));
        assertEquals("no thread can be started to read " + NAME, refused.getMessage());
    }

    @Test
    void aFailureWithoutAMessage() throws IOException {
        Files.writeString(file, "x");
        IOException refused = assertThrows(
                IOException.class,
                () -> ForeignFile.read(root, NAME, MOST, Limit.standard(), content -> {
                    throw new IllegalArgumentException();
                }));
        assertEquals("java.lang.IllegalArgumentException", refused.getMessage());
    }
}
