package io.clonetrace.explain.input;

import io.clonetrace.explain.evidence.TextLine;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The lines of an input: compressed by gzip or not, in UTF-8 or UTF-16, with LF, CRLF or CR. What a terminal or a log
 * has put around the lines is taken away. A line is held at a time, and of it no more than {@value #LONGEST_LINE}
 * characters.
 */
public final class TextInput implements Closeable {
    private static final int LONGEST_LINE = 1 << 18;
    private static final int BUFFER = 1 << 16;
    private static final int MOST_ZIPPED = 3;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final String name;
    private final CountedInput bytes;
    private final Reader text;
    private final char[] buffer = new char[BUFFER];
    private final LogPrefix prefix = new LogPrefix();
    private final StringBuilder line = new StringBuilder();
    private int at;
    private int end;
    private boolean afterReturn;
    private long number;
    private long cut;
    private long firstCut;
    private boolean damaged;

    /**
     * @param name the input's name for people
     * @param input its bytes; closed with this
     * @throws UnreadableInputException if it holds no text
     * @throws IOException if it can't be read
     */
    public TextInput(String name, InputStream input) throws IOException {
        this.name = name;
        bytes = new CountedInput(input);
        text = decoded(unzipped(bytes));
    }

    /** Counts the bytes of the file, compressed or not. */
    private static final class CountedInput extends InputStream {
        private final InputStream input;
        private long count;

        CountedInput(InputStream input) {
            this.input = input;
        }

        @Override
        public int read() throws IOException {
            int read = input.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = input.read(into, offset, length);
            count += Math.max(0, read);
            return read;
        }

        @Override
        public int available() throws IOException {
            return input.available();
        }

        @Override
        public void close() throws IOException {
            input.close();
        }
    }

    private InputStream unzipped(InputStream input) throws IOException {
        InputStream current = input;
        for (int layer = 0; ; layer++) {
            byte[] first = current.readNBytes(FileMagic.LONGEST);
            Optional<String> noText = FileMagic.of(first);
            if (noText.isPresent()) {
                throw new UnreadableInputException(noText.get());
            }
            InputStream whole = new SequenceInputStream(new ByteArrayInputStream(first), current);
            boolean zipped = first.length > 2 && (first[0] & 0xff) == GZIP_FIRST && (first[1] & 0xff) == GZIP_SECOND;
            if (!zipped) {
                return whole;
            }
            if (layer == MOST_ZIPPED) {
                throw new UnreadableInputException("is compressed by gzip more than " + MOST_ZIPPED + " times");
            }
            current = GzipInput.open(new BufferedInputStream(whole, BUFFER), BUFFER, () -> damaged = true);
        }
    }

    private static Reader decoded(InputStream input) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(input, BUFFER);
        buffered.mark(BUFFER);
        byte[] first = buffered.readNBytes(BUFFER / 2);
        buffered.reset();
        Encoding encoding = Encoding.of(first);
        buffered.skipNBytes(encoding.mark);
        return new InputStreamReader(buffered, encoding.charset);
    }

    /**
     * How the text is encoded.
     *
     * @param mark bytes of the byte order mark
     */
    private record Encoding(Charset charset, int mark) {
        /** By the mark; without one, UTF-16 by its zero bytes: every other byte of ASCII text. */
        static Encoding of(byte[] first) throws UnreadableInputException {
            int two = first.length < 2 ? 0 : (first[0] & 0xff) << 8 | first[1] & 0xff;
            if (two == 0xfeff) {
                return new Encoding(StandardCharsets.UTF_16BE, 2);
            }
            if (two == 0xfffe) {
                return new Encoding(StandardCharsets.UTF_16LE, 2);
            }
            if (two == 0xefbb && first.length > 2 && (first[2] & 0xff) == 0xbf) {
                return new Encoding(StandardCharsets.UTF_8, 3);
            }
            int[] zeros = new int[2];
            for (int i = 0; i < first.length; i++) {
                zeros[i % 2] += first[i] == 0 ? 1 : 0;
            }
            int half = first.length / 2;
            if (zeros[0] + zeros[1] > 0 && half > 0) {
                if (zeros[1] > half / 2 && zeros[0] < half / 10 + 1) {
                    return new Encoding(StandardCharsets.UTF_16LE, 0);
                }
                if (zeros[0] > half / 2 && zeros[1] < half / 10 + 1) {
                    return new Encoding(StandardCharsets.UTF_16BE, 0);
                }
                if ((zeros[0] + zeros[1]) > first.length / 10) {
                    throw new UnreadableInputException("holds no text: more than a tenth of its bytes are zero");
                }
            }
            return new Encoding(StandardCharsets.UTF_8, 0);
        }
    }

    /**
     * The next line; null at the end.
     *
     * @throws IOException if it can't be read; damage inside a gzip file only ends the text, see {@link #damage()}
     */
    public TextLine next() throws IOException {
        line.setLength(0);
        boolean any = false;
        long dropped = 0;
        while (at < end || fill()) {
            int from = at;
            if (afterReturn && buffer[from] == '\n') {
                from++;
            }
            afterReturn = false;
            int stop = from;
            while (stop < end && buffer[stop] != '\n' && buffer[stop] != '\r') {
                stop++;
            }
            int kept = Math.min(stop - from, LONGEST_LINE - line.length());
            line.append(buffer, from, kept);
            dropped += stop - from - kept;
            any |= stop > from || stop < end;
            at = stop;
            if (stop < end) {
                afterReturn = buffer[stop] == '\r';
                at = stop + 1;
                break;
            }
        }
        return any ? made(dropped) : null;
    }

    private TextLine made(long dropped) {
        number++;
        if (dropped > 0) {
            firstCut = cut == 0 ? number : firstCut;
            cut++;
        }
        String raw = AnsiText.plain(line.toString());
        if (line.capacity() > BUFFER) {
            line.setLength(0);
            line.trimToSize();
        }
        if (DockerLogLine.is(raw)) {
            return new TextLine(name, number, DockerLogLine.text(raw), raw);
        }
        int own = prefix.end(raw);
        return new TextLine(name, number, HtmlText.plain(own == 0 ? raw : raw.substring(own)), raw);
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, text.read(buffer));
        return end > 0;
    }

    /** How many lines have been read. */
    public long lines() {
        return number;
    }

    /** How many bytes of the file have been read. */
    public long bytesRead() {
        return bytes.count;
    }

    /** How many lines were longer than what is kept of one. */
    public long cutLines() {
        return cut;
    }

    /** The first such line; 0 for none. */
    public long firstCutLine() {
        return firstCut;
    }

    /** Why the text ended before the file did; empty if it did not. */
    public Optional<String> damage() {
        return damaged
                ? Optional.of("is a gzip file that is damaged or cut off after line " + number)
                : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
