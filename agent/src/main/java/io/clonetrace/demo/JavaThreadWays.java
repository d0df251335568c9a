package io.clonetrace.demo;

import io.clonetrace.demo.CloneWay.RefusedException;
import io.clonetrace.demo.Outcome.ChildReport;
import io.clonetrace.stack.StackMeasure;
import io.clonetrace.stack.TaskList;
import io.clonetrace.stack.ThreadToMeasure;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The ways in which Java code makes a thread. */
final class JavaThreadWays {
    private JavaThreadWays() {}

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

        /** The thread's body: reports its tid, and waits until it has been measured. */
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
                    tid = LiveTask.ownTid();
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
                measured = LiveTask.measure(ThreadToMeasure.of(body.tid));
            } finally {
                body.release.countDown();
            }
            thread.join();
            return new Outcome.Made(
                    LiveTask.ownTid(),
                    body.tid,
                    StackMeasure.UNKNOWN,
                    StackMeasure.UNKNOWN,
                    measured,
                    body.report,
                    code.callersReport(),
                    "");
        }
    }

    /** A virtual thread (JDK 21): a task of the kernel's carries it, and is made for it only if too few are there. */
    record VirtualThreadWay() implements CloneWay {

        @Override
        public String how() {
            return "virtual thread";
        }

        @Override
        public boolean isBare() {
            return false;
        }

        @Override
        public Outcome run(NativeCode code) throws RefusedException, InterruptedException {
            try {
                // By reflection: this is compiled for Java 17.
                Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
                int[] before = TaskList.ofSelf().tids();
                AtomicInteger carrier = new AtomicInteger();
                ((Thread) start.invoke(null, (Runnable) () -> carrier.set(tid(code)))).join();
                boolean isNew = Arrays.binarySearch(before, carrier.get()) < 0;
                return new Outcome.Carried(
                        carrier.get(),
                        isNew,
                        "no clone of its own; it ran on the carrier with tid " + carrier
                                + (isNew ? ", which was made meanwhile" : ", which was there before"));
            } catch (NoSuchMethodException tooOld) {
                throw new RefusedException(
                        "not on this Java (" + Runtime.version().feature() + "; JDK 21 brought it)");
            } catch (InvocationTargetException preview) {
                throw new RefusedException("not on this Java: " + preview.getCause(), preview);
            } catch (ReflectiveOperationException | IOException failed) {
                throw new RefusedException(failed.toString(), failed);
            }
        }

        /** Reading /proc may make the JVM start another carrier, so the system call comes first. */
        private static int tid(NativeCode code) {
            return code.callersReport().map(ChildReport::tid).orElseGet(LiveTask::ownTid);
        }
    }
}
