package io.clonetrace.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.clone.CloneCall;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SeenClonesTest {
    private static final int DEMO = 10;

    private final AtomicReference<Optional<String>> source = new AtomicReference<>(Optional.of("strace"));
    private final SeenClones clones = new SeenClones(source::get, Duration.ofMinutes(1));

    @Test
    void findsTheCallOfThisParentAndChild() throws Exception {
        try (ObservedClones.Watch watch = clones.watch(DEMO, true)) {
            CloneCall call = Calls.thread(DEMO, 11, 0x10900);
            clones.saw(Calls.thread(9, 11, 1));
            clones.saw(Calls.thread(DEMO, 12, 2));
            clones.saw(call);
            assertEquals(Optional.of(call), watch.await(DEMO, 11));
        }
    }

    @Test
    void anyParentWillDoForACarrier() throws Exception {
        try (ObservedClones.Watch watch = clones.watch(DEMO, false)) {
            CloneCall call = Calls.thread(9, 11, 1);
            clones.saw(call);
            assertEquals(Optional.of(call), watch.await(ObservedClones.ANY_PARENT, 11));
        }
    }

    @Test
    @Timeout(30)
    void waitsForACallThatIsWrittenLate() throws Exception {
        CloneCall call = Calls.thread(DEMO, 11, 0x10900);
        try (ObservedClones.Watch watch = clones.watch(DEMO, true)) {
            CountDownLatch asks = new CountDownLatch(1);
            Thread poller = new Thread(() -> {
                try {
                    asks.await();
                } catch (InterruptedException nobodyDoes) {
                    throw new AssertionError(nobodyDoes);
                }
                clones.saw(call);
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
        try (ObservedClones.Watch watch = clones.watch(DEMO, true)) {
            assertEquals(Optional.empty(), watch.await(DEMO, 11));
        }
    }

    @Test
    void givesUpInTheEnd() throws Exception {
        SeenClones impatient = new SeenClones(source::get, Duration.ofMillis(10));
        try (ObservedClones.Watch watch = impatient.watch(DEMO, true)) {
            assertEquals(Optional.empty(), watch.await(DEMO, 11));
        }
    }

    @Test
    void earlierCallsAreOthers() throws Exception {
        SeenClones impatient = new SeenClones(source::get, Duration.ofMillis(10));
        ObservedClones.Watch earlier = impatient.watch(DEMO, true);
        impatient.saw(Calls.thread(DEMO, 11, 1));
        earlier.close();
        try (ObservedClones.Watch watch = impatient.watch(DEMO, true)) {
            assertEquals(Optional.empty(), watch.await(DEMO, 11));
        }
    }

    @Test
    void bareCallsOfTheDemosThreadAreTheDemos() {
        CloneCall own = Calls.thread(DEMO, 11, 0x10900);
        assertFalse(clones.isDemo(own));
        ObservedClones.Watch watch = clones.watch(DEMO, true);
        assertTrue(clones.isDemo(own));
        assertFalse(clones.isDemo(Calls.thread(9, 12, 0x10900)));
        watch.close();
        assertFalse(clones.isDemo(own));
        clones.watch(DEMO, false);
        assertFalse(clones.isDemo(own));
    }
}
