package io.clonetrace.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sequences that {@code infocmp -1 xterm linux screen rxvt} lists for the keys. */
class KeySequenceTest {
    @ParameterizedTest
    @CsvSource({
        "[A, UP", "OA, UP", "[1;5A, UP", "[B, DOWN", "OB, DOWN", "[C, RIGHT", "OC, RIGHT", "[D, LEFT", "OD, LEFT",
        "[H, HOME", "OH, HOME", "[1~, HOME", "[7~, HOME", "[F, END", "OF, END", "[4~, END", "[8~, END", "[1;2F, END",
        "[5~, PAGE_UP", "[6~, PAGE_DOWN", "[6;5~, PAGE_DOWN", "OM, ENTER"
    })
    void keysWithAMeaning(String sequence, Key.Name key) {
        assertEquals(Optional.of(key), KeySequence.key(sequence));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[3~", "[2~", "[11~", "OP", "[Z", "[", "O", "[~", "[200~"})
    void otherKeysHaveNone(String sequence) {
        assertEquals(Optional.empty(), KeySequence.key(sequence));
    }
}
