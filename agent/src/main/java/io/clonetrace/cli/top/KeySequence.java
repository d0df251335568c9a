package io.clonetrace.cli.top;

import java.util.Map;
import java.util.Optional;

/**
 * What a terminal sends for a key that is no character: CSI sequences and, in its application mode, SS3 ones. xterm,
 * the Linux console, screen, tmux and rxvt differ in Home and End (terminfo(5): khome, kend).
 */
final class KeySequence {
    private static final Map<String, Key.Name> BY_END = Map.of(
            "A", Key.Name.UP,
            "B", Key.Name.DOWN,
            "C", Key.Name.RIGHT,
            "D", Key.Name.LEFT,
            "H", Key.Name.HOME,
            "F", Key.Name.END,
            "M", Key.Name.ENTER);

    private static final Map<String, Key.Name> BY_NUMBER = Map.of(
            "1", Key.Name.HOME,
            "7", Key.Name.HOME,
            "4", Key.Name.END,
            "8", Key.Name.END,
            "5", Key.Name.PAGE_UP,
            "6", Key.Name.PAGE_DOWN);

    private KeySequence() {}

    /**
     * The key.
     *
     * @param sequence without the Esc in front: {@code [A}, {@code OA}, {@code [1;5A} with a modifier, {@code [5~}
     * @return empty if it has no meaning here
     */
    static Optional<Key.Name> key(String sequence) {
        String end = sequence.substring(sequence.length() - 1);
        return Optional.ofNullable(
                end.equals("~")
                        ? BY_NUMBER.get(
                                sequence.substring(1, sequence.length() - 1).replaceFirst(";.*", ""))
                        : BY_END.get(end));
    }
}
