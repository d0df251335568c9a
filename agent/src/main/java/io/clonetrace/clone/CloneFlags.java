package io.clonetrace.clone;

import java.util.EnumSet;
import java.util.StringJoiner;

/**
 * A set of clone flags, as in clone3's {@code flags} field: without an exit signal, but with any bits that
 * {@link CloneFlag} does not know. For clone's argument, which carries flags and exit signal, see
 * {@link CloneArgument}.
 *
 * @param bits the flags, or-ed; 0 for none
 */
public record CloneFlags(long bits) {

    /** What strace appends to a number none of whose bits it knows. */
    private static final String UNKNOWN_BITS = " /* CLONE_??? */";

    /**
     * Caches the latest names: a process makes nearly all of its tasks with the same flags, each written as an event or
     * a line.
     */
    private static volatile Named latest = new Named(0, "0");

    private record Named(long bits, String names) {}

    /** The set of these flags. */
    public static CloneFlags of(CloneFlag... flags) {
        long bits = 0;
        for (CloneFlag flag : flags) {
            bits |= flag.bit();
        }
        return new CloneFlags(bits);
    }

    /**
     * Reads flags as strace prints them, or a list of names (with or without {@code CLONE_}, in either case),
     * {@code 0x} numbers and decimal numbers, separated by {@code |} or {@code ,}. Numbers are taken bit by bit. A
     * signal's name, which strace appends for clone, is not a flag and is left out; {@link CloneArgument#parse} keeps
     * it.
     *
     * @throws IllegalArgumentException with one sentence that names the part it can't read
     */
    public static CloneFlags parse(String text) {
        FlagText parts = FlagText.parse(text);
        return new CloneFlags(parts.named() | parts.numbers());
    }

    /** The known flags of the set. */
    public EnumSet<CloneFlag> flags() {
        EnumSet<CloneFlag> flags = EnumSet.noneOf(CloneFlag.class);
        for (CloneFlag flag : CloneFlag.values()) {
            if (has(flag)) {
                flags.add(flag);
            }
        }
        return flags;
    }

    /** The bits that no {@link CloneFlag} has, 0 if there are none. */
    public long unknownBits() {
        return bits & ~of(CloneFlag.values()).bits;
    }

    /** Whether the flag is in the set. */
    public boolean has(CloneFlag flag) {
        return (bits & flag.bit()) != 0;
    }

    /** Whether the flags make the kernel read the argument {@code child_tid}, or {@code ctid} of clone. */
    public boolean useChildTid() {
        return has(CloneFlag.CLONE_CHILD_SETTID) || has(CloneFlag.CLONE_CHILD_CLEARTID);
    }

    /**
     * strace's form: {@code CLONE_VM|CLONE_FS|0x8000000000}; a number followed by the comment {@code CLONE_???} if no
     * bit is known; {@code 0} for none. Flags that strace prints as numbers (CLONE_DETACHED, and those newer than
     * strace) are named here.
     */
    public String names() {
        Named named = latest;
        if (named.bits != bits) {
            named = new Named(bits, joined());
            latest = named;
        }
        return named.names;
    }

    private String joined() {
        StringJoiner names = new StringJoiner("|").setEmptyValue("0");
        flags().forEach(flag -> names.add(flag.name()));
        if (unknownBits() != 0) {
            String number = "0x" + Long.toHexString(unknownBits());
            names.add(unknownBits() == bits ? number + UNKNOWN_BITS : number);
        }
        return names.toString();
    }

    /** {@link #names()}. */
    @Override
    public String toString() {
        return names();
    }
}
