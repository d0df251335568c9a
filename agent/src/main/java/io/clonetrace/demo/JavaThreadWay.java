package io.clonetrace.demo;

import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.ThreadToMeasure;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A plain thread of Java. */
record JavaThreadWay() implements CloneWay {

    @Override
    public String how() {
        return "java thread";
    }

    @Override
    public boolean isBare() {
        return false;
    }

    /** The thread's body: says who it is, and waits until somebody has looked at it. */
    private static final class Body implements Runnable {
        private final NativeCode code;
        private final CountDownLatch reported = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);
        private volatile int tid;
        private volatile Optional<ChildReport> report = Optional.empty();

        Body(NativeCode code) {
            this.code = code;
        }

        @Override
        public void run() {
            try {
                tid = ThreadSelf.tid();
                report = code.callersReport();
            } finally {
                reported.countDown();
            }
            try {
                release.await();
            } catch (InterruptedException ends) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Outcome run(NativeCode code) throws RefusedException, InterruptedException {
        Body body = new Body(code);
        Thread thread = new Thread(body, "clonetrace demo");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError noThread) {
            throw new RefusedException(noThread.getMessage(), noThread);
        }
        Optional<StackMeasure> measured;
        try {
            body.reported.await();
            measured = LiveStack.measure(ThreadToMeasure.of(body.tid));
        } finally {
            body.release.countDown();
        }
        thread.join();
        return new Outcome.Made(
                ThreadSelf.tid(),
                body.tid,
                StackMeasure.UNKNOWN,
                StackMeasure.UNKNOWN,
                measured,
                body.report,
                code.callersReport(),
                "");
    }
}
