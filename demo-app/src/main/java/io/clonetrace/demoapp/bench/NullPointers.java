package io.clonetrace.demoapp.bench;

/**
 * Follows null pointers. HotSpot lets the processor find out, as a SIGSEGV; where it compiled the method it would after
 * some of them test before it reads, so who runs this keeps {@link #length} from being compiled
 * ({@code -XX:CompileCommand=exclude}): then each is a signal.
 */
final class NullPointers implements Work {
    private static final int OPERATIONS = 100;

    private int[] nothing;
    private int caught;

    @Override
    public void once() {
        for (int i = 0; i < OPERATIONS; i++) {
            try {
                caught += length(nothing);
            } catch (NullPointerException expected) {
                caught++;
            }
        }
    }

    private static int length(int[] array) {
        return array.length;
    }

    @Override
    public int operations() {
        return OPERATIONS;
    }
}
