package io.clonetrace.junit;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;

/**
 * A test or a class to which threads belong. JUnit closes it with the context of that test or class: after its methods
 * and its other extensions. What {@link #close} throws fails the test or class.
 */
@SuppressWarnings("deprecation") // JUnit closes an AutoCloseable since 5.13; before, only its own interface.
final class LeakScope implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    private final String name;
    private final LeakSettings settings;
    private final ThreadStarts starts;
    private final AgentConnection agent;
    private final LeakScope around;
    private final Set<String> classes = new HashSet<>();

    /** @param around the scope of a test's class, or of the class around a nested one; null if that is not checked */
    LeakScope(
            ExtensionContext context,
            LeakSettings settings,
            ThreadStarts starts,
            AgentConnection agent,
            LeakScope around) {
        this.name = name(context);
        this.settings = settings;
        this.starts = starts;
        this.agent = agent;
        this.around = around;
        if (context.getTestMethod().isEmpty()) {
            for (Class<?> type = context.getRequiredTestClass(); type != Object.class; type = type.getSuperclass()) {
                classes.add(type.getName());
            }
        }
    }

    private static String name(ExtensionContext context) {
        String ofClass = context.getRequiredTestClass().getName();
        String display = PrintableText.of(context.getDisplayName());
        return context.getTestMethod()
                .map(method -> display.startsWith(method.getName() + "(")
                        ? "test " + ofClass + "." + display
                        : "test " + ofClass + "." + method.getName() + " \"" + display + "\"")
                .orElse("class " + ofClass);
    }

    LeakSettings settings() {
        return settings;
    }

    /**
     * To what a start belongs that is made for this one: threads of a static initialiser are not the test's that was
     * first to use the class.
     *
     * @return null if it belongs to none: the initialiser is that of another class than the test's
     */
    LeakScope ownerOf(StackTraceElement[] trace) {
        boolean initialises = false;
        for (StackTraceElement frame : trace) {
            if (StartTrace.isStaticInitialiser(frame)) {
                initialises = true;
                for (LeakScope owner = this; owner != null; owner = owner.around) {
                    if (owner.classes.contains(frame.getClassName())) {
                        return owner;
                    }
                }
            }
        }
        return initialises ? null : this;
    }

    /** An error, because JUnit hides an exception behind one of its own. */
    private AssertionFailedError unknown(String why, Throwable cause) {
        return new AssertionFailedError("it is unknown which threads " + name + " left alive: " + why, cause);
    }

    @Override
    public void close() {
        List<ThreadStart> left = starts.awaitEnd(this);
        if (!left.isEmpty()) {
            throw LeakReport.error(name, settings.grace(), left);
        }
        Throwable failure = starts.takeFailure();
        if (failure != null) {
            throw unknown("a thread start could not be observed: " + failure, failure);
        }
        if (!agent.isStillOn()) {
            throw unknown("the clonetrace agent was detached during the tests", null);
        }
    }
}
