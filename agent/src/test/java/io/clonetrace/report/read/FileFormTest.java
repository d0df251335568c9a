package io.clonetrace.report.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.FieldRecording;
import io.clonetrace.report.Recordings;
import io.clonetrace.report.model.Fleet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings that are compressed, cut off or of another format, and files that are something else. */
class FileFormTest {
    @TempDir
    private Path folder;

    private byte[] recording;

    @BeforeEach
    void unpack() throws IOException {
        recording = FieldRecording.bytes("reused-thread");
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private Fleet read(byte[] content) throws IOException {
        return Recordings.read(Files.write(folder.resolve("any"), content));
    }

    private String refusal(byte[] content) throws IOException {
        Fleet fleet = read(content);
        assertEquals(0, fleet.jvms().size());
        return problem(fleet);
    }

    private static String problem(Fleet fleet) {
        assertEquals(1, fleet.problems().size(), fleet.problems()::toString);
        return fleet.problems().get(0).problem();
    }

    private static long started(Fleet fleet) {
        return FieldRecording.only(fleet).threads().stream()
                .filter(row -> row.started() > 0)
                .count();
    }

    @Test
    void aGzipFileIsReadWhateverItsName() throws IOException {
        Fleet fleet = read(gzip(recording));

        assertEquals(List.of(), fleet.problems());
        assertEquals(started(read(recording)), started(fleet));
        assertEquals(1, fleet.files());
    }

    @Test
    void aGzipFileOfSeveralMembersIsReadToItsEnd() throws IOException {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        int half = recording.length / 2;
        members.write(gzip(Arrays.copyOf(recording, half)));
        members.write(gzip(Arrays.copyOfRange(recording, half, recording.length)));

        assertEquals(List.of(), read(members.toByteArray()).problems());
    }

    @Test
    void aFolderOfCompressedRecordingsIsReadAndAChunkInTwoFilesCountsOnce() throws IOException {
        Files.write(folder.resolve("one.jfr.gz"), gzip(recording));
        Files.write(folder.resolve("same.jfr"), recording);
        Files.write(folder.resolve("other.gz"), gzip(recording));

        List<Path> files = RecordingFiles.in(List.of(folder));

        assertEquals(List.of(folder.resolve("one.jfr.gz"), folder.resolve("same.jfr")), files);
        Fleet fleet = Recordings.read(files.toArray(Path[]::new));
        assertEquals(List.of(), fleet.problems());
        assertEquals(started(read(recording)), started(fleet));
    }

    @Test
    void aGzipFileThatIsCutOffIsReadAsFarAsItGoes() throws IOException {
        byte[] twice = new byte[2 * recording.length];
        System.arraycopy(recording, 0, twice, 0, recording.length);
        System.arraycopy(FieldRecording.bytes("statistics"), 0, twice, recording.length, recording.length / 2);
        byte[] packed = gzip(twice);

        Fleet fleet = read(Arrays.copyOf(packed, packed.length * 7 / 10));

        assertEquals(1, fleet.jvms().size());
        assertTrue(
                fleet.problems().stream()
                        .anyMatch(
                                one -> one.problem().equals("is cut off: the gzip data end before the recording does")),
                fleet.problems()::toString);
    }

    @Test
    void aCompressedRecordingIsARecordingThatNoOutputReplaces() throws IOException {
        assertTrue(RecordingFiles.isRecording(Files.write(folder.resolve("a"), gzip(recording))));
        assertFalse(RecordingFiles.isRecording(Files.write(folder.resolve("b"), gzip(new byte[100]))));
    }

    @Test
    void gzipOfSomethingElseIsNamed() throws IOException {
        assertEquals(
                "can't be read as a recording: it is compressed by gzip, and what it holds is no flight recording; explain reads logs, dumps and traces",
                refusal(gzip("text".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void aZipArchiveIsNamed() throws IOException {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("a.jfr"));
            out.write(recording);
        }

        assertEquals(
                "can't be read as a recording: it is a zip archive: unpack it with unzip, and give the report what it holds",
                refusal(zip.toByteArray()));
    }

    @Test
    void theFormatOfJdk7And8IsNamedWithWhatReadsIt() throws IOException {
        byte[] old = new byte[208];
        System.arraycopy(new byte[] {'F', 'L', 'R', 0, 0, 0, 0, 9}, 0, old, 0, 8);

        assertEquals(
                "can't be read as a recording: it is a flight recording of the format 0.9, which Oracle's JDK 7 and 8"
                        + " write: JDK Mission Control reads it. This report reads the formats 1 and 2, of OpenJDK 8u262"
                        + " and later and of JDK 9 and later",
                refusal(old));
    }

    @Test
    void theFormatOfJdk11IsRead() throws IOException {
        long started = started(read(recording));
        // Minor version 0: the last four bytes of the header are one number.
        recording[7] = 0;

        Fleet fleet = read(recording);

        assertEquals(List.of(), fleet.problems());
        assertEquals(started, started(fleet));
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "4", "6", "60", "67"})
    void aHeaderThatWasBegunIsCutOff(int length) throws IOException {
        assertEquals(
                "can't be read as a recording: it is cut off: it ends after " + length
                        + " of the 68 bytes of its header",
                refusal(Arrays.copyOf(recording, length)));
    }

    @Test
    void aHeaderThatWasBegunBehindAChunkIsCutOff() throws IOException {
        byte[] more = Arrays.copyOf(recording, recording.length + 60);
        System.arraycopy(recording, 0, more, recording.length, 60);

        Fleet fleet = read(more);

        assertEquals("at byte 108,564: a chunk is cut off within its header", problem(fleet));
    }
}
