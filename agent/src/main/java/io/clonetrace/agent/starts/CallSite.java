package io.clonetrace.agent.starts;

import io.clonetrace.hook.LoaderFields;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Finds out which code of the application made a call that ended in our hook. Runs in the caller; thread-safe. */
final class CallSite {
    /** The JDK's own frames between Thread.start and the application are few; a stack may hold thousands. */
    private static final int FRAMES = 256;

    private final LoaderFields loaders;
    private final StackWalker walker = StackWalker.getInstance(Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE));
    private final Function<Stream<StackWalker.StackFrame>, Optional<StackWalker.StackFrame>> first = this::first;

    CallSite(LoaderFields loaders) {
        this.loaders = loaders;
        // Loads all that it needs: when a thread is started there may be no room for that.
        find();
    }

    /**
     * The first frame outside the JDK and our hook, as {@code com.example.Pool.grow:37}; without the line if the class
     * has none. Null if there is no such frame.
     */
    String find() {
        StackWalker.StackFrame frame = walker.walk(first).orElse(null);
        if (frame == null) {
            return null;
        }
        String method = frame.getClassName() + '.' + frame.getMethodName();
        int line = frame.getLineNumber();
        return line < 0 ? method : method + ':' + line;
    }

    private Optional<StackWalker.StackFrame> first(Stream<StackWalker.StackFrame> frames) {
        return frames.limit(FRAMES)
                .filter(frame -> isApplication(frame.getDeclaringClass()))
                .findFirst();
    }

    private boolean isApplication(Class<?> type) {
        return type != CallSite.class && type != StartHook.class && type != AfterStart.class && !loaders.isOfJdk(type);
    }
}
