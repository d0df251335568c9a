package io.clonetrace.it.host;

import java.util.ArrayList;
import java.util.List;

/**
 * An application that starts threads where there is no stack left, then where there is no heap left, and prints only
 * what does not depend on how much an agent needs of either.
 */
public final class Exhausted {
    private static final int ROUNDS = 11;
    private static final int[] PIECES = {1 << 16, 1 << 12, 16};

    private static final Runnable NOTHING = () -> {};

    private static int started;

    private Exhausted() {}

    public static void main(String[] arguments) throws InterruptedException {
        // A class whose first use overflows the stack stays broken: use the application's own before.
        check("before");
        for (int i = 0; i < ROUNDS; i++) {
            startAtTheEndOfTheStack();
        }
        System.out.println("stack " + check("after the stack"));
        startWithoutHeap();
        System.out.println("heap " + check("after the heap"));
        System.exit(Starter.STATUS);
    }

    private static void startAtTheEndOfTheStack() {
        try {
            startAtTheEndOfTheStack();
        } catch (StackOverflowError overflow) {
            // This frame has almost nothing left, and each one above a few bytes more.
            if (!start()) {
                throw overflow;
            }
        }
    }

    private static void startWithoutHeap() {
        List<byte[]> all = new ArrayList<>(1 << 20);
        for (int piece : PIECES) {
            fill(all, piece);
        }
        for (int i = 0; i < ROUNDS; i++) {
            start();
            all.remove(all.size() - 1);
        }
    }

    private static void fill(List<byte[]> all, int piece) {
        try {
            while (true) {
                all.add(new byte[piece]);
            }
        } catch (OutOfMemoryError full) {
            return;
        }
    }

    private static boolean start() {
        try {
            new Thread(NOTHING, "exhausted").start();
            started++;
            return true;
        } catch (StackOverflowError | OutOfMemoryError expected) {
            return false;
        }
    }

    /** With room again, everything works. */
    private static String check(String name) throws InterruptedException {
        boolean[] ran = new boolean[1];
        Thread thread = new Thread(() -> ran[0] = true, name);
        thread.start();
        thread.join();
        return ran[0] + " " + (start() && started > 1);
    }
}
