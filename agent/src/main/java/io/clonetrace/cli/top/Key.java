package io.clonetrace.cli.top;

/**
 * A key that was pressed.
 *
 * @param name which one
 * @param character of {@link Name#CHARACTER}, the character; otherwise 0
 */
record Key(Name name, char character) {
    /** The keys that have a meaning. */
    enum Name {
        CHARACTER,
        UP,
        DOWN,
        PAGE_UP,
        PAGE_DOWN,
        HOME,
        END,
        LEFT,
        RIGHT,
        ENTER,
        ESCAPE,
        BACKSPACE,
        TAB,
        INTERRUPT
    }

    static Key of(Name name) {
        return new Key(name, '\0');
    }

    static Key of(char character) {
        return new Key(Name.CHARACTER, character);
    }

    boolean is(char c) {
        return name == Name.CHARACTER && character == c;
    }
}
