package io.clonetrace.clone;

/**
 * The flags argument of clone, taken apart: its low byte is the exit signal, the rest the flags (clone(2), "The child
 * termination signal"). clone3 has a field for each, so there the bit 0x80 could become
 * {@link CloneFlag#CLONE_NEWTIME}, which clone therefore cannot pass.
 *
 * @param flags the flags without the exit signal
 * @param exitSignal the signal sent to the parent when the child ends, 0 for none; up to 255, though above
 *     {@value ExitSignal#HIGHEST} none is sent
 */
public record CloneArgument(CloneFlags flags, int exitSignal) {

    /** Takes clone's argument apart. */
    public static CloneArgument of(long raw) {
        return new CloneArgument(new CloneFlags(raw & ~ExitSignal.MASK), (int) (raw & ExitSignal.MASK));
    }

    /**
     * Reads what strace prints for clone, {@code CLONE_VM|CLONE_VFORK|SIGCHLD}, and everything that
     * {@link CloneFlags#parse} reads; the low byte of a number is the exit signal, so CLONE_NEWTIME can only be given
     * by its name.
     *
     * @throws IllegalArgumentException with one sentence, also if the text has two different exit signals
     */
    public static CloneArgument parse(String text) {
        FlagText parts = FlagText.parse(text);
        CloneArgument number = of(parts.numbers());
        if (parts.signal() != 0 && number.exitSignal != 0 && parts.signal() != number.exitSignal) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has two exit signals, " + ExitSignal.name(parts.signal()) + " and "
                            + ExitSignal.name(number.exitSignal) + ", the low byte of its number.");
        }
        return new CloneArgument(
                new CloneFlags(parts.named() | number.flags.bits()), parts.signal() | number.exitSignal);
    }

    /** strace's form: {@code CLONE_VM|CLONE_VFORK|SIGCHLD}. */
    @Override
    public String toString() {
        if (exitSignal == 0) {
            return flags.names();
        }
        return (flags.bits() == 0 ? "" : flags.names() + "|") + ExitSignal.name(exitSignal);
    }
}
