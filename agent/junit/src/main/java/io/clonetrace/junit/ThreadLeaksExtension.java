package io.clonetrace.junit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Checks what {@link ThreadLeaks} says; also registered for auto-detection, where it does nothing for tests without the
 * annotation unless {@code clonetrace.threadleaks.all} is true.
 *
 * <p>A thread of JUnit's works for a test only while it runs a method of it: between two of them a parallel run may
 * lend it to another test.
 */
public final class ThreadLeaksExtension implements BeforeAllCallback, BeforeEachCallback, InvocationInterceptor {
    private static final Namespace OURS = Namespace.create(ThreadLeaksExtension.class);

    /** Made by JUnit. */
    public ThreadLeaksExtension() {}

    /** Early, because what is stored first is closed last. */
    @Override
    public void beforeAll(ExtensionContext context) {
        scope(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        scope(context);
    }

    /**
     * In the context of the test for which the instance is made (JUnit 5.12 and later; before, in that of its class).
     */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> call, ExtensionContext context)
            throws Throwable {
        return run(invocation, context);
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        return run(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    /** What a dynamic test starts belongs to its factory, which ends after it. */
    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext call, ExtensionContext context) throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    private static <T> T run(Invocation<T> invocation, ExtensionContext context) throws Throwable {
        LeakScope scope = scope(context);
        if (scope == null) {
            return invocation.proceed();
        }
        ThreadStarts starts = observation(context).starts();
        LeakScope before = starts.enter(scope);
        try {
            return invocation.proceed();
        } finally {
            starts.leave(before);
        }
    }

    /** That of the test, else of the class; null if nothing is checked. */
    private static LeakScope scope(ExtensionContext context) {
        Optional<ExtensionContext> method = upTo(context, true);
        LeakScope classScope = classScope(context);
        if (method.isEmpty()) {
            return classScope;
        }
        boolean late = classScope != null
                && LeakSettings.of(method.get())
                        .map(LeakSettings::untilClassEnds)
                        .orElse(false);
        return late ? classScope : scope(method.get(), classScope);
    }

    private static LeakScope classScope(ExtensionContext context) {
        return upTo(context, false)
                .map(found -> scope(
                        found,
                        found.getParent().map(ThreadLeaksExtension::classScope).orElse(null)))
                .orElse(null);
    }

    private static LeakScope scope(ExtensionContext context, LeakScope around) {
        Optional<LeakSettings> settings = LeakSettings.of(context);
        if (settings.isEmpty()) {
            return null;
        }
        Observation observation = observation(context);
        if (!observation.agent().isOn()) {
            return null;
        }
        return context.getStore(OURS)
                .getOrComputeIfAbsent(
                        // A key of its own: a store also finds what its parents hold.
                        context.getUniqueId(),
                        id -> new LeakScope(context, settings.get(), observation.starts(), observation.agent(), around),
                        LeakScope.class);
    }

    /** The nearest context of a test method, or of a test class; a dynamic test has that of its factory. */
    private static Optional<ExtensionContext> upTo(ExtensionContext context, boolean method) {
        Optional<ExtensionContext> at = Optional.of(context);
        while (at.isPresent()
                && (at.get().getTestClass().isEmpty()
                        || at.get().getTestMethod().isPresent() != method)) {
            at = at.get().getParent();
        }
        return at;
    }

    private static Observation observation(ExtensionContext context) {
        return context.getRoot()
                .getStore(OURS)
                .getOrComputeIfAbsent(Observation.class, type -> Observation.start(context), Observation.class);
    }

    /** One run of JUnit's engine: registered with the agent, once. */
    @SuppressWarnings("deprecation") // As in LeakScope.
    private record Observation(ThreadStarts starts, AgentConnection agent)
            implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        static Observation start(ExtensionContext context) {
            ThreadStarts starts = new ThreadStarts();
            return new Observation(starts, AgentConnection.open(starts, mayAttach(context)));
        }

        private static boolean mayAttach(ExtensionContext context) {
            return context.getConfigurationParameter(AgentConnection.ATTACH, Boolean::valueOf)
                    .orElse(true);
        }

        @Override
        public void close() {
            agent.close();
        }
    }
}
