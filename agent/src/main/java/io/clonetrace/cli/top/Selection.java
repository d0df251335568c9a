package io.clonetrace.cli.top;

import java.util.List;

/**
 * Which line of a list is selected, and which is the first on the screen. The selection stays with its line, wherever
 * that moves as the list is sorted anew.
 */
final class Selection {
    private static final int END = Integer.MAX_VALUE / 2;

    private int index;
    private int top;
    private Object selected;

    /**
     * Moves it.
     *
     * @param page how many lines a page has
     * @return whether it is a key that moves
     */
    boolean key(Key key, int page) {
        switch (key.name()) {
            case UP -> move(-1);
            case DOWN -> move(1);
            case PAGE_UP -> move(-page);
            case PAGE_DOWN -> move(page);
            case HOME -> move(-index);
            case END -> move(END - index);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void move(int lines) {
        index = Math.max(0, index + lines);
        selected = null;
    }

    /**
     * Applies it to a list.
     *
     * @param keys what identifies the lines
     * @param room how many lines the screen has for them
     */
    void fit(List<?> keys, int room) {
        int stays = selected == null ? -1 : keys.indexOf(selected);
        index = Math.max(0, Math.min(stays >= 0 ? stays : index, keys.size() - 1));
        // The first line stays the first until the selection is moved.
        selected = keys.isEmpty() || index == 0 ? null : keys.get(index);
        top = Math.max(0, Math.min(top, keys.size() - room));
        top = Math.max(Math.min(top, index), index - room + 1);
    }

    int index() {
        return index;
    }

    int top() {
        return top;
    }
}
