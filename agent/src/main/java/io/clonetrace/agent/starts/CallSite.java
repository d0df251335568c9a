package io.clonetrace.agent.starts;

import io.clonetrace.hook.LoaderFields;
import java.lang.StackWalker.StackFrame;
import java.util.Set;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Finds out which code of the application made a call that ended in our hook. Runs in the caller; thread-safe. */
final class CallSite {
    /** The JDK's own frames between Thread.start and the application are few; a stack may hold thousands. */
    private static final int FRAMES = 256;

    private final LoaderFields loaders;
    private final StackWalker walker = StackWalker.getInstance(Set.of(StackWalker.Option.RETAIN_CLASS_REFERENCE));

    /** No lambda: this runs in the application's threads, also where the JVM can link none any more. */
    private final Function<Stream<StackFrame>, StackFrame> firstOfApplication = new FirstOfApplication();

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
        StackFrame frame = walker.walk(firstOfApplication);
        if (frame == null) {
            return null;
        }
        String method = frame.getClassName() + '.' + frame.getMethodName();
        int line = frame.getLineNumber();
        return line < 0 ? method : method + ':' + line;
    }

    /** Looks at one frame after the other: a pipeline of streams would be 30 more methods for the JVM to compile. */
    private final class Search implements Consumer<StackFrame> {
        private StackFrame found;

        @Override
        public void accept(StackFrame frame) {
            if (isApplication(frame.getDeclaringClass())) {
                found = frame;
            }
        }
    }

    private final class FirstOfApplication implements Function<Stream<StackFrame>, StackFrame> {
        @Override
        public StackFrame apply(Stream<StackFrame> frames) {
            Search search = new Search();
            Spliterator<StackFrame> rest = frames.spliterator();
            for (int i = 0; search.found == null && i < FRAMES && rest.tryAdvance(search); i++) {}
            return search.found;
        }
    }

    private boolean isApplication(Class<?> type) {
        return type != Search.class
                && type != FirstOfApplication.class
                && type != CallSite.class
                && type != StartHook.class
                && type != AfterStart.class
                && !loaders.isOfJdk(type);
    }
}
