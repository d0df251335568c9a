package io.clonetrace.run;

import io.clonetrace.trace.CloneSource;
import java.util.concurrent.CompletableFuture;

/** A command that was started, and the source that sees its clones from the first one on. */
interface ObservedCommand {
    int pid();

    /** The source; polled by one thread, the one that started the command. */
    CloneSource source();

    /** Lets the command run, if it doesn't yet. */
    void go();

    /**
     * Waits for its end.
     *
     * @return the exit status as a shell gives it
     */
    int awaitEnd() throws InterruptedException;

    /** The same, awaited by a thread of its own. */
    default CompletableFuture<Integer> end() {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        Thread waiter = new Thread(
                () -> {
                    try {
                        end.complete(awaitEnd());
                    } catch (InterruptedException | RuntimeException failed) {
                        end.completeExceptionally(failed);
                    }
                },
                "clonetrace-wait");
        waiter.setDaemon(true);
        waiter.start();
        return end;
    }
}
