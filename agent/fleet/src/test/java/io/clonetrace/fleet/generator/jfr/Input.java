package io.clonetrace.fleet.generator.jfr;

import java.nio.charset.StandardCharsets;

/** Reads what chunks are made of (JDK: {@code jdk/jfr/internal/consumer/RecordingInput.java}). */
final class Input {
    private final byte[] bytes;
    private int at;

    Input(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    int at() {
        return at;
    }

    void seek(int to) {
        at = to;
    }

    byte[] slice(int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }

    int unsignedByte() {
        return bytes[at++] & 0xff;
    }

    /** LEB128, whose ninth byte has eight bits of the number. */
    long varint() {
        long value = 0;
        for (int shift = 0; shift < 56; shift += 7) {
            int next = unsignedByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        return value | (long) unsignedByte() << 56;
    }

    int count() {
        return Math.toIntExact(varint());
    }

    long fixed(int size) {
        long value = 0;
        for (int index = 0; index < size; index++) {
            value = value << 8 | unsignedByte();
        }
        return value;
    }

    /** A text that refers to no pool; null where the recording has null. */
    String text() {
        return text(unsignedByte());
    }

    String text(int encoding) {
        switch (encoding) {
            case Text.NULL:
                return null;
            case Text.EMPTY:
                return "";
            case Text.UTF8:
            case Text.LATIN1:
                int length = count();
                at += length;
                return new String(
                        bytes,
                        at - length,
                        length,
                        encoding == Text.UTF8 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
            case Text.CHARS:
                char[] chars = new char[count()];
                for (int index = 0; index < chars.length; index++) {
                    chars[index] = (char) varint();
                }
                return new String(chars);
            default:
                throw new IllegalArgumentException("a text of the encoding " + encoding);
        }
    }
}
