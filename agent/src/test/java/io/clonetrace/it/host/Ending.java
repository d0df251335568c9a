package io.clonetrace.it.host;

import java.util.concurrent.CountDownLatch;

/** An application that starts a thread named last and then ends in the given way. */
public final class Ending {
    private Ending() {}

    /** @param arguments how to end, and how many daemon threads live until then */
    public static void main(String[] arguments) throws InterruptedException {
        park(Integer.parseInt(arguments[1]));
        switch (arguments[0]) {
            case "main" -> last(() -> {});
            case "exit" -> {
                last(() -> {});
                System.exit(7);
            }
            case "exit-elsewhere" -> last(() -> System.exit(7));
            case "uncaught" -> {
                last(() -> {});
                throw new IllegalStateException("uncaught");
            }
            case "signal" -> {
                last(() -> {});
                System.out.println("ready");
                new CountDownLatch(1).await();
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void last(Runnable work) {
        new Thread(work, "last").start();
    }

    private static void park(int threads) throws InterruptedException {
        CountDownLatch parked = new CountDownLatch(threads);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    () -> {
                        parked.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException end) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "parked-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        parked.await();
    }
}
