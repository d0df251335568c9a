package io.clonetrace.hook;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Weaves {@link ThreadAdvice} into {@code Thread} and {@code VirtualThread}, and leaves every other class alone. It
 * stays registered while the agent is on: otherwise the next retransformation by any other agent would remove the hook
 * silently.
 */
final class ThreadWeaver implements ClassFileTransformer {
    private final TemplateSplicer splicer;
    private final AtomicLong transformations = new AtomicLong();
    private volatile Throwable failure;

    ThreadWeaver() throws IOException {
        // Read once: when another agent retransforms Thread, the jar may be gone.
        this.splicer = new TemplateSplicer();
    }

    @Override
    public byte[] transform(
            Module module, ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] code) {
        if (loader != null || !HookedMethod.isIn(name)) {
            return null;
        }
        transformations.incrementAndGet();
        try {
            return weave(name, type, code);
        } catch (Throwable broken) {
            failure = broken;
            return null;
        }
    }

    private byte[] weave(String name, Class<?> type, byte[] code) throws IOException {
        try {
            return splicer.splice(name, code);
        } catch (RuntimeException unexpected) {
            // Code that is made in a way that the template does not fit.
            return new AdviceWeaver().weave(type, code);
        }
    }

    /** Why the last weaving failed, or null. */
    Throwable failure() {
        return failure;
    }

    /** How often there was something to weave. */
    long transformations() {
        return transformations.get();
    }
}
