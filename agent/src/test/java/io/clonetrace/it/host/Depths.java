package io.clonetrace.it.host;

/**
 * Threads, one after the other, that recurse to {@code n * STEP} calls and end; run with -Xint, so that frames are
 * equal.
 */
public final class Depths {
    /** Calls. */
    public static final int STEP = 1_000;

    private Depths() {}

    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[0]);
        for (int i = 0; i < count; i++) {
            int depth = i * STEP;
            run("depth-" + i, () -> recurse(depth));
        }
        run("overflow", () -> {
            try {
                recurse(Integer.MAX_VALUE);
            } catch (StackOverflowError expected) {
                // Every page down to the guard zone was touched.
            }
        });
    }

    private static void run(String name, Runnable work) throws InterruptedException {
        // Larger than any other: glibc's cache has no stack that fits.
        Thread thread = new Thread(null, work, name, 8 << 20);
        thread.start();
        thread.join();
    }

    private static int recurse(int depth) {
        return depth == 0 ? 0 : 1 + recurse(depth - 1);
    }
}
