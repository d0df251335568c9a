package io.clonetrace.demoapp.scenario;

/**
 * The constructor of Thread that takes a stack size in bytes. Each thread's name holds the size it asked for:
 * {@code stack-sizes-65536-2}.
 */
final class StackSizes implements Scenario {

    private static final int KB = 1024;

    /** 0 is the JVM's default; the last is no multiple of the page size, which the JVM has to round up. */
    private static final long[] BYTES = {0, 64 * KB, 144 * KB, 1024 * KB, 8 * 1024 * KB, 1_000_003};

    @Override
    public String name() {
        return "stack-sizes";
    }

    @Override
    public String description() {
        return "six stack sizes, from 64 KB to 8 MB, in turn";
    }

    @Override
    public void run(Tally tally, Settings settings) throws InterruptedException {
        ShortThreads threads = new ShortThreads(tally);
        for (int i = 1; i <= settings.threads(); i++) {
            long bytes = BYTES[(i - 1) % BYTES.length];
            threads.start(new Thread(null, () -> {}, tally.prefix() + bytes + "-" + i, bytes));
        }
        threads.joinAll();
    }
}
