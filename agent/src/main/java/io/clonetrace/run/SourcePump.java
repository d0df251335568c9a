package io.clonetrace.run;

import io.clonetrace.trace.CloneSink;
import io.clonetrace.trace.CloneSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Polls a source until the observation is over, and hands on the records after each poll. */
final class SourcePump {
    private static final long PASS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /**
     * What happens around each poll. Called by the thread that runs the pump.
     *
     * @param <X> thrown if handing on fails; it ends the pump
     */
    interface Pass<X extends Exception> {
        /**
         * Whether no more records are wanted, or none will follow. The pump ends only if this is still true after
         * another poll: records from before the end are read after it, and may include a process that lives on.
         */
        boolean isOver();

        /** Called before a poll. */
        default void beforePoll() {}

        /** Called after a poll. */
        void afterPoll(boolean last) throws X;
    }

    private SourcePump() {}

    static <X extends Exception> void run(CloneSource source, CloneSink sink, Pass<X> pass) throws X {
        boolean last = false;
        while (!last) {
            boolean over = pass.isOver();
            pass.beforePoll();
            boolean more = source.poll(sink);
            last = over && pass.isOver();
            pass.afterPoll(last);
            if (!more && !last) {
                LockSupport.parkNanos(PASS_NANOS);
            }
        }
    }
}
