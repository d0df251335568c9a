package io.clonetrace.demoapp.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** A parallel stream, in the common pool and in the calling thread. The JDK decides how many workers it makes. */
final class ParallelStream implements Scenario {

    private static final int ELEMENTS = 1024;

    @Override
    public String name() {
        return "parallel-stream";
    }

    @Override
    public String description() {
        return "a parallel stream in the common pool";
    }

    @Override
    public void run(Tally tally, Settings settings) {
        tally.jdkThreads("ForkJoinPool.commonPool-worker-");
        Element element = new Element(Thread.currentThread());
        IntStream.range(0, ELEMENTS).parallel().forEach(i -> element.consume());
    }

    /** Keeps the caller from doing the whole stream alone before the pool's first worker has come up. */
    private static final class Element {

        private final Thread caller;
        private final CountDownLatch worker = new CountDownLatch(1);
        private boolean callerHasWaited;

        Element(Thread caller) {
            this.caller = caller;
        }

        void consume() {
            if (Thread.currentThread() != caller) {
                worker.countDown();
            } else if (!callerHasWaited) {
                callerHasWaited = true;
                awaitWorker();
            }
        }

        /** Only so long: a common pool of parallelism 0, which a system property allows, never has a worker. */
        private void awaitWorker() {
            try {
                boolean ignored = worker.await(1, SECONDS);
            } catch (InterruptedException e) {
                caller.interrupt();
            }
        }
    }
}
