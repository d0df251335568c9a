package io.clonetrace.explain.input;

import java.util.Arrays;
import java.util.Optional;

/** What is no text, known by its first bytes, and what reads it. */
enum FileMagic {
    ZIP("is a zip archive: unpack it first (unzip)", 'P', 'K', 3, 4),
    EMPTY_ZIP("is an empty zip archive", 'P', 'K', 5, 6),
    FLIGHT_RECORDING("is a flight recording: clonetrace report reads it", 'F', 'L', 'R', 0),
    HEAP_DUMP(
            "is a heap dump, which holds no limits: a heap analyzer such as Eclipse MAT reads it, threads too",
            "JAVA PROFILE 1.0".chars().toArray()),
    ELF(
            "is an ELF file: a core dump needs a debugger (jhsdb jstack --exe java --core FILE lists its threads)",
            0x7f,
            'E',
            'L',
            'F'),
    XZ("is compressed by xz: unpack it first (xz -d)", 0xfd, '7', 'z', 'X', 'Z', 0),
    ZSTD("is compressed by zstd: unpack it first (zstd -d)", 0x28, 0xb5, 0x2f, 0xfd),
    BZIP2("is compressed by bzip2: unpack it first (bzip2 -d)", 'B', 'Z', 'h'),
    SEVEN_ZIP("is a 7z archive: unpack it first (7z x)", '7', 'z', 0xbc, 0xaf),
    JOURNAL(
            "is a file of systemd's journal: journalctl --file prints it",
            "LPKSHHRH".chars().toArray()),
    PERF("is perf's data: perf script prints it", "PERFILE2".chars().toArray()),
    PNG("is an image, which holds no text", 0x89, 'P', 'N', 'G'),
    JPEG("is an image, which holds no text", 0xff, 0xd8, 0xff);

    /** As many bytes as the longest has. */
    static final int LONGEST = 16;

    private final String words;
    private final int[] magic;

    FileMagic(String words, int... magic) {
        this.words = words;
        this.magic = magic;
    }

    /** What these first bytes are, to follow a name; empty if they may be text. */
    static Optional<String> of(byte[] first) {
        return Arrays.stream(values())
                .filter(one -> one.begins(first))
                .findFirst()
                .map(one -> one.words);
    }

    private boolean begins(byte[] first) {
        if (first.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((first[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
