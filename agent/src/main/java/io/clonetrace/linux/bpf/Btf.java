package io.clonetrace.linux.bpf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The kernel's description of its own types (Documentation/bpf/btf.rst). */
public final class Btf {
    private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");
    private static final int MAGIC = 0xeb9f;
    private static final int HEADER_LENGTH = 4; // offsets in struct btf_header
    private static final int TYPES = 8;
    private static final int TYPES_LENGTH = 12;
    private static final int STRINGS = 16;
    private static final int TYPE = 12; // sizeof(struct btf_type); info and size or type follow the name
    private static final int INFO = 4;
    private static final int STRUCT = 4; // kinds
    private static final int UNION = 5;
    private static final int TYPEDEF = 8;
    private static final int MEMBER = 12; // sizeof(struct btf_member)
    private static final int BITS_OF_OFFSET = 0xffffff;

    private final ByteBuffer bytes;
    private final int strings;

    /** Where each type begins; ids count from 1. */
    private final int[] types;

    private Btf(ByteBuffer bytes) throws IOException {
        this.bytes = bytes;
        if ((bytes.getShort(0) & 0xffff) != MAGIC) {
            throw new IOException("it is no BTF");
        }
        int header = bytes.getInt(HEADER_LENGTH);
        strings = header + bytes.getInt(STRINGS);
        int[] found = new int[1 << 12];
        int count = 1;
        int at = header + bytes.getInt(TYPES);
        for (int end = at + bytes.getInt(TYPES_LENGTH); at < end; at += TYPE + following(at)) {
            if (count == found.length) {
                found = Arrays.copyOf(found, 2 * count);
            }
            found[count++] = at;
        }
        types = Arrays.copyOf(found, count);
    }

    /**
     * Reads the running kernel's.
     *
     * @throws IOException if it has none (CONFIG_DEBUG_INFO_BTF), or it can't be read
     */
    public static Btf ofKernel() throws IOException {
        return of(Files.readAllBytes(KERNEL));
    }

    /** @throws IOException if that is no BTF */
    static Btf of(byte[] bytes) throws IOException {
        try {
            return new Btf(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
        } catch (IndexOutOfBoundsException broken) {
            throw new IOException("its BTF is broken", broken);
        }
    }

    /**
     * The id of the type of that name by which a program is attached to a tracepoint.
     *
     * @throws IOException if there is none
     */
    public int tracepoint(String name) throws IOException {
        return find(TYPEDEF, "btf_trace_" + name);
    }

    /**
     * Where a struct has a member, which may be within anonymous ones, in bytes.
     *
     * @throws IOException if there is no such struct or member
     */
    public int offset(String struct, String member) throws IOException {
        try {
            int bits = bitOffset(types[find(STRUCT, struct)], member);
            if (bits >= 0) {
                return bits / Byte.SIZE;
            }
        } catch (IndexOutOfBoundsException broken) {
            throw new IOException("the kernel's BTF is broken", broken);
        }
        throw new IOException("the kernel's BTF has no member " + struct + "." + member);
    }

    private int bitOffset(int struct, String member) {
        int info = bytes.getInt(struct + INFO);
        for (int i = 0; i < (info & 0xffff); i++) {
            int at = struct + TYPE + i * MEMBER;
            int offset = info < 0 ? bytes.getInt(at + 8) & BITS_OF_OFFSET : bytes.getInt(at + 8);
            if (isNamed(at, member)) {
                return offset;
            }
            int type = types[bytes.getInt(at + 4)];
            if (isNamed(at, "") && (kind(type) == STRUCT || kind(type) == UNION)) {
                int within = bitOffset(type, member);
                if (within >= 0) {
                    return offset + within;
                }
            }
        }
        return -1;
    }

    private int find(int kind, String name) throws IOException {
        try {
            for (int id = 1; id < types.length; id++) {
                if (kind(types[id]) == kind && isNamed(types[id], name)) {
                    return id;
                }
            }
        } catch (IndexOutOfBoundsException broken) {
            throw new IOException("the kernel's BTF is broken", broken);
        }
        throw new IOException("the kernel's BTF has no type " + name);
    }

    private int kind(int type) {
        return bytes.getInt(type + INFO) >>> 24 & 0x1f;
    }

    /** Whether the type or member at that place, which begins with its name's offset, has that name. */
    private boolean isNamed(int place, String name) {
        int at = strings + bytes.getInt(place);
        byte[] expected = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < expected.length; i++) {
            if (bytes.get(at + i) != expected[i]) {
                return false;
            }
        }
        return bytes.get(at + expected.length) == 0;
    }

    /** How many bytes of its own follow a type's common ones, by its kind. */
    private int following(int type) throws IOException {
        int count = bytes.getInt(type + INFO) & 0xffff;
        return switch (kind(type)) {
            case 2, 7, 8, 9, 10, 11, 12, 16, 18 -> 0; // refer to a type, or only have a size
            case 1, 14, 17 -> 4; // int, variable, declaration tag
            case 3 -> 12; // array
            case 6, 13 -> 8 * count; // enum, function prototype
            case STRUCT, UNION, 15, 19 -> 12 * count; // section, enum of 64 bits
            default -> throw new IOException("it has types of the unknown kind " + kind(type));
        };
    }
}
