package io.clonetrace.correlate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThreadQueueTest {
    private static final JavaThread THREAD = Threads.started("one", 7, 1, 1);

    @Test
    void excessIsCountedAndTheRestKeepsItsOrder() {
        ThreadQueue queue = new ThreadQueue(2);
        JavaThread second = Threads.started("two", 8, 1, 1);
        queue.offer(THREAD);
        queue.offer(second);
        queue.offer(THREAD);
        assertEquals(1, queue.dropped());
        assertSame(THREAD, queue.poll());
        assertSame(second, queue.poll());
        assertNull(queue.poll());
        queue.offer(second);
        assertSame(second, queue.poll());
        assertEquals(1, queue.dropped());
    }

    @Test
    void concurrentOffersLoseNothingUncounted() throws InterruptedException {
        int capacity = 101;
        int each = 1_009;
        ThreadQueue queue = new ThreadQueue(capacity);
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> offering = IntStream.range(0, 4)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException ended) {
                        return;
                    }
                    for (int n = 0; n < each; n++) {
                        queue.offer(THREAD);
                    }
                }))
                .toList();
        offering.forEach(Thread::start);
        go.countDown();
        long taken = 0;
        while (offering.stream().anyMatch(Thread::isAlive)) {
            taken += queue.poll() == null ? 0 : 1;
        }
        int left = 0;
        while (queue.poll() != null) {
            left++;
        }
        assertEquals(4 * each, taken + left + queue.dropped());
        assertEquals(true, left <= capacity);
    }
}
