package io.clonetrace.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * How JUnit's engine has run a suite.
 *
 * @param failures what failed, tests and classes by name; empty for those that passed
 */
record SuiteRun(Map<String, Optional<Throwable>> failures) {
    /** @param parameters names and values in turns */
    static SuiteRun of(Class<?> suite, String... parameters) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            map.put(parameters[i], parameters[i + 1]);
        }
        Map<String, Optional<Throwable>> failures = new TreeMap<>();
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(suite))
                .configurationParameters(map)
                .execute()
                .allEvents()
                .finished()
                .stream()
                .forEach(event -> failures.put(
                        event.getTestDescriptor().getDisplayName(),
                        event.getRequiredPayload(TestExecutionResult.class).getThrowable()));
        return new SuiteRun(failures);
    }

    boolean passed(String name) {
        return outcome(name).isEmpty();
    }

    Throwable failure(String name) {
        return outcome(name).orElseThrow(() -> new AssertionError(name + " passed; " + failures));
    }

    String message(String name) {
        return failure(name).getMessage();
    }

    private Optional<Throwable> outcome(String name) {
        Optional<Throwable> outcome = failures.get(name);
        if (outcome == null) {
            throw new AssertionError("no " + name + " in " + failures.keySet());
        }
        return outcome;
    }

    long failed() {
        return failures.values().stream().filter(Optional::isPresent).count();
    }

    /** In a JVM of its own: prints how the suite that is named has run. */
    public static void main(String[] arguments) throws InterruptedException, ClassNotFoundException {
        SuiteRun run = of(
                Class.forName(Suites.class.getName() + "$" + arguments[0]),
                Arrays.copyOfRange(arguments, 1, arguments.length));
        run.failures.forEach((name, failure) -> System.out.println(
                name + ": " + failure.map(Throwable::getMessage).orElse("passed")));
        Suites.endThreads();
    }
}
