package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.clonetrace.clone.CloneCall;
import io.clonetrace.clone.TaskKind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CorrelatorWatcherTest {
    private static final int DEMO = 10;

    private final AtomicReference<Optional<String>> source = new AtomicReference<>(Optional.of("strace"));
    private final CorrelatorWatcher clones = new CorrelatorWatcher(source::get, Duration.ofMinutes(1), () -> 0);

    @Test
    void findsTheCallOfThisParentAndChild() throws Exception {
        try (CloneWatcher.Watch watch = clones.watch(DEMO, true)) {
            CloneCall call = Calls.thread(DEMO, 11, 0x10900);
            clones.observe(Calls.thread(9, 11, 1));
            clones.observe(Calls.thread(DEMO, 12, 2));
            clones.observe(call);
            assertEquals(Optional.of(call), watch.await(DEMO, 11));
        }
    }

    @Test
    void anyParentMatchesForACarrier() throws Exception {
        try (CloneWatcher.Watch watch = clones.watch(DEMO, false)) {
            CloneCall call = Calls.thread(9, 11, 1);
            clones.observe(call);
            assertEquals(Optional.of(call), watch.await(CloneWatcher.ANY_PARENT, 11));
        }
    }

    @Test
    @Timeout(30)
    void waitsForALateCall() throws Exception {
        CloneCall call = Calls.thread(DEMO, 11, 0x10900);
        try (CloneWatcher.Watch watch = clones.watch(DEMO, true)) {
            CountDownLatch asks = new CountDownLatch(1);
            Thread poller = new Thread(() -> {
                try {
                    asks.await();
                } catch (InterruptedException unexpected) {
                    throw new AssertionError(unexpected);
                }
                clones.observe(call);
            });
            poller.start();
            asks.countDown();
            assertEquals(Optional.of(call), watch.await(DEMO, 11));
            poller.join();
        }
    }

    @Test
    @Timeout(30)
    void doesNotWaitWithoutASource() throws Exception {
        source.set(Optional.empty());
        try (CloneWatcher.Watch watch = clones.watch(DEMO, true)) {
            assertEquals(Optional.empty(), watch.await(DEMO, 11));
        }
    }

    @Test
    void givesUpAfterItsPatience() throws Exception {
        CorrelatorWatcher impatient = new CorrelatorWatcher(source::get, Duration.ofMillis(10), () -> 0);
        try (CloneWatcher.Watch watch = impatient.watch(DEMO, true)) {
            assertEquals(Optional.empty(), watch.await(DEMO, 11));
        }
    }

    /** As from a tracer that gets little processor time: four checks without progress would be too many. */
    @Test
    void waitsWhileTheSourceMakesProgress() throws Exception {
        CloneCall call = Calls.thread(DEMO, 11, 0x10900);
        AtomicInteger checks = new AtomicInteger();
        AtomicReference<CorrelatorWatcher> slow = new AtomicReference<>();
        slow.set(new CorrelatorWatcher(source::get, Duration.ofMillis(200), () -> {
            if (checks.incrementAndGet() == 9) {
                slow.get().observe(call);
            }
            return checks.get();
        }));
        try (CloneWatcher.Watch watch = slow.get().watch(DEMO, true)) {
            assertEquals(Optional.of(call), watch.await(DEMO, 11));
        }
    }

    @Test
    void callsBeforeTheWatchAreIgnored() throws Exception {
        CorrelatorWatcher impatient = new CorrelatorWatcher(source::get, Duration.ofMillis(10), () -> 0);
        CloneWatcher.Watch earlier = impatient.watch(DEMO, true);
        impatient.observe(Calls.thread(DEMO, 11, 1));
        earlier.close();
        try (CloneWatcher.Watch watch = impatient.watch(DEMO, true)) {
            assertEquals(Optional.empty(), watch.await(DEMO, 11));
        }
    }

    @Test
    void bareCallsOfTheDemosThreadAreOfTheKindDemo() {
        CloneCall own = Calls.thread(DEMO, 11, 0x10900);
        assertFalse(clones.observe(own).isPresent());
        CloneWatcher.Watch watch = clones.watch(DEMO, true);
        assertEquals(Optional.of(TaskKind.DEMO), clones.observe(own));
        assertFalse(clones.observe(Calls.thread(9, 12, 0x10900)).isPresent());
        watch.close();
        assertFalse(clones.observe(own).isPresent());
        clones.watch(DEMO, false);
        assertFalse(clones.observe(own).isPresent());
    }
}
