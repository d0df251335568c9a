package io.clonetrace.fleet.generator.jfr;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes what chunks are made of, into memory. */
final class Output {
    /** No event is larger. */
    private static final int SIZE_BYTES = 4;

    /** JFR pools texts of such a length, too (JDK: {@code jdk/jfr/internal/StringPool.java}). */
    private static final int POOLED_FROM = 16;

    private static final int POOLED_UNTIL = 256;

    private final Map<String, Long> pool = new LinkedHashMap<>();
    private byte[] bytes = new byte[1 << 16];
    private int at;
    private boolean pooling;

    int size() {
        return at;
    }

    /** Sets whether the texts that follow are pooled, as JFR's StringPool does. */
    void pool(boolean texts) {
        pooling = texts;
    }

    /** The constants that texts have become, with their keys. */
    Map<String, Long> pool() {
        return pool;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, at);
    }

    private void room(int more) {
        if (at + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, at + more));
        }
    }

    void oneByte(int value) {
        room(1);
        bytes[at++] = (byte) value;
    }

    void raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        at += value.length;
    }

    void varint(long value) {
        room(9);
        long left = value;
        for (int index = 0; index < 8; index++) {
            if ((left & ~0x7fL) == 0) {
                bytes[at++] = (byte) left;
                return;
            }
            bytes[at++] = (byte) (left & 0x7f | 0x80);
            left >>>= 7;
        }
        bytes[at++] = (byte) left;
    }

    void fixed(long value, int size) {
        room(size);
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (value >>> shift);
        }
    }

    void text(String text) {
        if (text == null) {
            oneByte(Text.NULL);
        } else if (text.isEmpty()) {
            oneByte(Text.EMPTY);
        } else if (pooling && text.length() >= POOLED_FROM && text.length() <= POOLED_UNTIL) {
            oneByte(Text.POOLED);
            varint(pool.computeIfAbsent(text, any -> pool.size() + 1L));
        } else if (Text.isUtf8(text)) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            oneByte(Text.UTF8);
            varint(utf8.length);
            raw(utf8);
        } else {
            oneByte(Text.CHARS);
            varint(text.length());
            text.chars().forEach(this::varint);
        }
    }

    /** Leaves room for an event's size. */
    int beginEvent() {
        room(SIZE_BYTES);
        at += SIZE_BYTES;
        return at - SIZE_BYTES;
    }

    /** Fills in the size of the event that began there, in as many bytes as were left for it, as HotSpot does. */
    void endEvent(int begin) {
        int size = at - begin;
        if (size >= 1 << 7 * SIZE_BYTES) {
            throw new IllegalStateException("an event of " + size + " bytes");
        }
        ByteBuffer place = ByteBuffer.wrap(bytes, begin, SIZE_BYTES);
        for (int index = 0; index < SIZE_BYTES; index++) {
            place.put((byte) (size >>> 7 * index & 0x7f | (index < SIZE_BYTES - 1 ? 0x80 : 0)));
        }
    }
}
