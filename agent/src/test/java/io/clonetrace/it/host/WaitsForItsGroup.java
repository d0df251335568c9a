package io.clonetrace.it.host;

/** Waits until it is the only thread of its group, as many programs do. */
public final class WaitsForItsGroup {
    private static final int THREADS = 7;

    private WaitsForItsGroup() {}

    /** Runs. */
    public static void main(String[] arguments) {
        for (int i = 0; i < THREADS; i++) {
            new Thread(() -> {}).start();
        }
        while (Thread.activeCount() > 1) {
            Thread.onSpinWait();
        }
        System.out.println("alone");
    }
}
