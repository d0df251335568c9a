package io.clonetrace.agent.starts;

import io.clonetrace.hook.ThreadFields;
import java.util.concurrent.CountDownLatch;

/** Starts threads as {@code Thread.start} does once the hook is woven in, and lets them end so. */
final class WovenStart {
    private final ThreadFields fields;
    private final StartHook startHook;
    private final StartHook.Listener afterStart;
    private final ExitHook exitHook;

    WovenStart(ThreadFields fields, StartHook startHook, ExitHook exitHook) {
        this.fields = fields;
        this.startHook = startHook;
        this.afterStart = AfterStart.hidden(startHook);
        this.exitHook = exitHook;
    }

    /** Starts a thread that waits for {@code end}; answers whether the hook gave a token. */
    boolean longLived(Thread thread) {
        Object token = startHook.apply(thread);
        thread.start();
        if (token != null) {
            afterStart.accept(token, fields.eetop(thread));
        }
        return token != null;
    }

    /** As {@link #longLived}, inside of a synchronized {@code Thread.start}, as it is until JDK 18. */
    boolean longLivedSynchronized(Thread thread) {
        synchronized (thread) {
            return longLived(thread);
        }
    }

    /** Starts a thread that has ended when Thread.start returns. */
    void shortLived(Thread thread) throws InterruptedException {
        Object token = startHook.apply(thread);
        thread.start();
        thread.join();
        afterStart.accept(token, fields.eetop(thread));
    }

    /** What a thread runs that waits for {@code end}. */
    static Runnable waiting(CountDownLatch end) {
        return () -> {
            try {
                end.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** What a thread runs that ends at once, as the VM ends it. */
    Runnable ending() {
        return () -> exitHook.accept(Thread.currentThread(), fields.eetop(Thread.currentThread()));
    }
}
