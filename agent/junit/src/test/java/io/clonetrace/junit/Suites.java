package io.clonetrace.junit;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that {@link ThreadLeaksIT} runs: some leave threads alive. */
final class Suites {
    /** What leaked threads wait for. */
    private static volatile CountDownLatch end = new CountDownLatch(1);

    private static final List<Thread> STARTED = new ArrayList<>();

    private Suites() {}

    /** Ends all leaked threads, and waits for that. */
    static void endThreads() throws InterruptedException {
        end.countDown();
        synchronized (STARTED) {
            for (Thread thread : STARTED) {
                thread.join();
            }
            STARTED.clear();
        }
        end = new CountDownLatch(1);
    }

    static Thread leak(String name) {
        return leak(name, () -> {});
    }

    /** Starts a thread that does something, and then stays alive. */
    static Thread leak(String name, Runnable first) {
        Thread thread = new Thread(
                () -> {
                    first.run();
                    awaitEnd();
                },
                name);
        start(thread);
        return thread;
    }

    private static void start(Thread thread) {
        synchronized (STARTED) {
            STARTED.add(thread);
        }
        thread.start();
    }

    private static void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class Leaking {
        @Test
        void leavesSeven() {
            for (int i = 1; i <= 7; i++) {
                leak("leak-" + i);
            }
        }

        @Test
        void leavesNone() throws InterruptedException {
            Thread thread = new Thread(() -> {});
            thread.start();
            thread.join();
        }

        @Test
        void failsAndLeaves() {
            leak("beside");
            throw new IllegalStateException("its own failure");
        }
    }

    @ThreadLeaks(graceMillis = 240_000)
    static class EndsInGrace {
        /** Its thread ends only after the extension has begun to wait for it. */
        @Test
        void endsLate() {
            Thread runner = Thread.currentThread();
            start(new Thread(() -> {
                while (Arrays.stream(runner.getStackTrace())
                        .noneMatch(frame -> frame.getMethodName().equals("awaitEnd")
                                && frame.getClassName().equals(ThreadStarts.class.getName()))) {
                    Thread.onSpinWait();
                }
            }));
        }
    }

    @ThreadLeaks(
            allow = {"pool-*-thread-?", "exact"},
            graceMillis = 0)
    static class Allowing {
        @Test
        void allowedNames() {
            leak("pool-12-thread-3");
            leak("exact");
        }

        @Test
        void otherNames() {
            leak("pool-12-thread-31");
            leak("exactly");
        }

        @Test
        @ThreadLeaks(allow = "*", graceMillis = 0)
        void annotationOfTheMethodApplies() {
            leak("anything");
        }
    }

    static class OnMethod {
        @Test
        @ThreadLeaks(graceMillis = 0)
        void checked() {
            leak("checked");
        }

        @Test
        void notChecked() {
            leak("not-checked");
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @ThreadLeaks(graceMillis = 0)
    @interface Strict {}

    @Strict
    static class Meta {
        @Test
        void leaves() {
            leak("meta");
        }
    }

    static class Inheriting extends Leaking {}

    @ThreadLeaks(graceMillis = 0)
    static class Outer {
        @Nested
        class Inner {
            @Test
            void leaves() {
                leak("nested");
            }

            @Test
            void leavesNone() {}
        }

        @Nested
        @ThreadLeaks(allow = "nested", graceMillis = 0)
        class Allowed {
            @Test
            void leaves() {
                leak("nested");
            }
        }
    }

    /** The thread that the test started has ended; what is left are the 3 threads that its child started. */
    @ThreadLeaks(graceMillis = 0)
    static class Grandchildren {
        @Test
        void leavesGrandchildren() throws InterruptedException {
            Thread parent = new Thread(Grandchildren::parent, "parent");
            parent.start();
            parent.join();
        }

        private static void parent() {
            Thread child = new Thread(Grandchildren::child, "child");
            child.start();
            try {
                child.join();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }

        private static void child() {
            for (int i = 0; i < 3; i++) {
                leak("grandchild-" + i);
            }
        }
    }

    /** All run at once: none starts its threads before all have begun, none ends before all have started theirs. */
    @Execution(ExecutionMode.CONCURRENT)
    @ThreadLeaks(graceMillis = 0)
    static class Parallel {
        private static final int TESTS = 5;
        private static final CyclicBarrier TOGETHER = new CyclicBarrier(TESTS);

        @Test
        void leaves0() throws Exception {
            start(0);
        }

        @Test
        void leaves11() throws Exception {
            start(11);
        }

        @Test
        void leaves13() throws Exception {
            start(13);
        }

        @Test
        void leaves17() throws Exception {
            start(17);
        }

        @Test
        void leaves19() throws Exception {
            start(19);
        }

        /** Half of them through a thread that ends. */
        private static void start(int count) throws Exception {
            TOGETHER.await(1, TimeUnit.MINUTES);
            int direct = count / 2;
            for (int i = 0; i < direct; i++) {
                leak("of" + count + "-" + i);
            }
            Thread starter = new Thread(() -> {
                for (int i = direct; i < count; i++) {
                    leak("of" + count + "-" + i);
                }
            });
            starter.start();
            starter.join();
            TOGETHER.await(1, TimeUnit.MINUTES);
        }
    }

    /** JUnit's own pool starts a worker because a test makes one of its workers wait. */
    @Execution(ExecutionMode.CONCURRENT)
    @ThreadLeaks(graceMillis = 0)
    static class Blocking {
        @Test
        void poolOfJunitCompensates() throws InterruptedException {
            ForkJoinPool pool = ForkJoinTask.getPool();
            int before = pool.getPoolSize();
            ForkJoinPool.managedBlock(new ForkJoinPool.ManagedBlocker() {
                @Override
                public boolean block() {
                    if (pool.getPoolSize() <= before) {
                        throw new IllegalStateException("the pool has started no worker");
                    }
                    return true;
                }

                @Override
                public boolean isReleasable() {
                    return false;
                }
            });
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class BeforeAllLeaks {
        @BeforeAll
        static void start() {
            leak("of-class");
        }

        @Test
        void clean() {}
    }

    @ThreadLeaks(graceMillis = 0)
    static class AfterAllEnds {
        private static CountDownLatch over;
        private static Thread fixture;

        @BeforeAll
        static void start() {
            over = new CountDownLatch(1);
            fixture = new Thread(() -> {
                try {
                    over.await();
                } catch (InterruptedException ends) {
                    Thread.currentThread().interrupt();
                }
            });
            fixture.start();
        }

        @Test
        void clean() {}

        @AfterAll
        static void end() throws InterruptedException {
            over.countDown();
            fixture.join();
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class StaticInitialiser {
        static final Thread FIXTURE = leak("static-of-test");

        @Test
        void first() {
            FIXTURE.isAlive();
        }

        @Test
        void second() {
            FIXTURE.isAlive();
        }
    }

    static final class Singleton {
        static final Thread THREAD = leak("singleton");

        private Singleton() {}
    }

    @ThreadLeaks(graceMillis = 0)
    static class UsesSingleton {
        @Test
        void initialisesAnotherClass() {
            Singleton.THREAD.isAlive();
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class Constructor {
        Constructor() {
            leak("of-constructor");
        }

        @Test
        void one() {}

        @Test
        void two() {}
    }

    @ThreadLeaks(graceMillis = 0)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class OneInstance {
        OneInstance() {
            leak("of-instance");
        }

        @Test
        void one() {}
    }

    @ThreadLeaks(graceMillis = 0)
    static class Lifecycle {
        @BeforeEach
        void before() {
            leak("before");
        }

        @Test
        void test() {}

        @AfterEach
        void after() {
            leak("after");
        }
    }

    /** A pool has terminated before the last of its workers has ended. */
    @ThreadLeaks(graceMillis = 240_000, untilClassEnds = true)
    static class SharedPool {
        private static ExecutorService pool;

        @BeforeAll
        static void make() {
            pool = Executors.newCachedThreadPool();
        }

        @Test
        void usesIt() throws Exception {
            pool.submit(() -> {}).get();
        }

        @AfterAll
        static void end() throws InterruptedException {
            pool.shutdown();
            pool.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    @ThreadLeaks(graceMillis = 0, untilClassEnds = true)
    static class SharedUntilTheEnd {
        @Test
        void leaves() {
            leak("shared");
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class JdksOwn {
        @Test
        void usesSharedThreadsOfTheJdk() throws Exception {
            CompletableFuture.runAsync(
                            () -> {},
                            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, ForkJoinPool.commonPool()))
                    .get();
            ForkJoinPool.commonPool().submit(() -> {}).get();
            java.lang.ref.Cleaner.create();
            new ProcessBuilder("true").start().waitFor();
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class Templates {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2})
        void parameter(int leaks) {
            for (int i = 0; i < leaks; i++) {
                leak("parameter-" + i);
            }
        }

        @RepeatedTest(2)
        void repeated() {
            leak("repeated");
        }

        @TestFactory
        Stream<DynamicTest> factory() {
            return Stream.of("a", "b").map(name -> DynamicTest.dynamicTest(name, () -> leak("dynamic-" + name)));
        }
    }

    /** An extension whose resource ends its thread when JUnit closes it. */
    static final class Server implements BeforeEachCallback {
        @Override
        public void beforeEach(ExtensionContext context) {
            context.getStore(ExtensionContext.Namespace.GLOBAL).put("server", (AutoCloseable) Suites::endThreads);
        }
    }

    @ThreadLeaks(graceMillis = 0)
    @ExtendWith(Server.class)
    static class WithExtension {
        @Test
        void extensionEndsTheThread() {
            leak("of-server");
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class HostileName {
        @Test
        void leaves() {
            leak("a\u001b[31m\nb\u202e");
        }
    }

    @ThreadLeaks(graceMillis = 0)
    static class Detaching {
        @Test
        @SuppressWarnings("unchecked")
        void detachesTheAgent() throws ReflectiveOperationException {
            var agent = (AtomicReference<Function<Object, Object>>)
                    Class.forName("java.lang.ClonetraceSlots").getField("agent").get(null);
            agent.get().apply("detach");
        }
    }

    static class NoAnnotation {
        @Test
        void leaves() {
            leak("no-annotation");
        }

        @Test
        void clean() {}
    }
}
