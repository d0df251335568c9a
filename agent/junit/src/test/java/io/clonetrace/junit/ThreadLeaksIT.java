package io.clonetrace.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.AssertionFailedError;

/** JUnit's engine runs {@link Suites}, in a JVM with the agent on its command line. */
class ThreadLeaksIT {
    private static final String[] PARALLEL = {
        "junit.jupiter.execution.parallel.enabled", "true",
        "junit.jupiter.execution.parallel.config.strategy", "fixed",
        "junit.jupiter.execution.parallel.config.fixed.parallelism", "5"
    };

    private static final String[] ALL = {
        "junit.jupiter.extensions.autodetection.enabled",
        "true",
        LeakSettings.ALL,
        "true",
        LeakSettings.GRACE_MILLIS,
        "0"
    };

    @AfterEach
    void endThreads() throws InterruptedException {
        Suites.endThreads();
    }

    @Test
    void leakingTestFailsWithEachNameAndTheStackOfItsStart() {
        SuiteRun run = SuiteRun.of(Suites.Leaking.class);
        AssertionFailedError failure = assertInstanceOf(AssertionFailedError.class, run.failure("leavesSeven()"));
        List<String> lines = failure.getMessage().lines().toList();
        assertEquals(
                List.of(
                        "test io.clonetrace.junit.Suites$Leaking.leavesSeven() left 7 threads alive 0 ms after its end:",
                        "7 threads \"leak-1\", \"leak-2\", \"leak-3\", \"leak-4\", \"leak-5\", \"leak-6\", \"leak-7\","
                                + " started by thread \""
                                + Thread.currentThread().getName() + "\"",
                        "\tat io.clonetrace.junit.Suites.start",
                        "\tat io.clonetrace.junit.Suites.leak",
                        "\tat io.clonetrace.junit.Suites.leak",
                        "\tat io.clonetrace.junit.Suites$Leaking.leavesSeven",
                        "End them in the test, or allow them: @ThreadLeaks(allow = {\"leak-*\"})"),
                lines.stream()
                        .map(line -> line.replaceFirst("\\(Suites.java:\\d+\\)$", ""))
                        .toList());
        assertTrue(
                Arrays.stream(failure.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("leavesSeven")),
                "the failure's own stack trace leads to the test");
        assertTrue(run.passed("leavesNone()"));
    }

    @Test
    void testThatFailsByItselfKeepsItsFailureAndHasTheLeakBeside() {
        Throwable failure = SuiteRun.of(Suites.Leaking.class).failure("failsAndLeaves()");
        assertEquals("its own failure", failure.getMessage());
        assertTrue(failure.getSuppressed()[0].getMessage().contains("1 thread \"beside\""), () -> failure.toString());
    }

    @Test
    void threadThatEndsWithinTheGraceTimePasses() {
        assertEquals(0, SuiteRun.of(Suites.EndsInGrace.class).failed());
    }

    @Test
    void allowedNamesPassAndOthersFail() {
        SuiteRun run = SuiteRun.of(Suites.Allowing.class);
        assertTrue(run.passed("allowedNames()"));
        assertTrue(run.passed("annotationOfTheMethodApplies()"));
        assertEquals(List.of("pool-12-thread-31", "exactly"), names(run.message("otherNames()")));
    }

    @Test
    void annotationOnAMethodChecksThatAlone() {
        SuiteRun run = SuiteRun.of(Suites.OnMethod.class);
        assertEquals(List.of("checked"), names(run.message("checked()")));
        assertTrue(run.passed("notChecked()"));
        assertEquals(1, run.failed());
    }

    @Test
    void metaAnnotationAndInheritedAnnotationApply() {
        assertEquals(List.of("meta"), names(SuiteRun.of(Suites.Meta.class).message("leaves()")));
        assertEquals(
                7,
                names(SuiteRun.of(Suites.Inheriting.class).message("leavesSeven()"))
                        .size());
    }

    @Test
    void testOfANestedClassFailsByTheAnnotationOfTheClassAroundIt() {
        SuiteRun run = SuiteRun.of(Suites.Outer.class);
        assertEquals(1, run.failed());
        assertTrue(run.passed("leavesNone()"));
    }

    @Test
    void threadsOfEndedThreadsAreReportedWithTheStartThatTheTestMade() {
        String message = SuiteRun.of(Suites.Grandchildren.class).message("leavesGrandchildren()");
        assertEquals(List.of("grandchild-0", "grandchild-1", "grandchild-2"), names(message));
        assertTrue(message.contains("started by thread \"child\""), message);
        assertTrue(message.contains("\tat io.clonetrace.junit.Suites$Grandchildren.child("), message);
        assertTrue(message.contains("\tat io.clonetrace.junit.Suites$Grandchildren.leavesGrandchildren("), message);
        assertFalse(message.contains("org.junit"), message);
    }

    @Test
    void parallelTestsFailWithTheirOwnThreadsAlone() {
        SuiteRun run = SuiteRun.of(Suites.Parallel.class, PARALLEL);
        assertTrue(run.passed("leaves0()"));
        assertEquals(4, run.failed());
        for (int count : new int[] {11, 13, 17, 19}) {
            String message = run.message("leaves" + count + "()");
            assertTrue(message.contains(" left " + count + " threads alive "), message);
            List<String> names = names(message);
            assertEquals(count, names.stream().distinct().count(), message);
            assertTrue(names.stream().allMatch(name -> name.startsWith("of" + count + "-")), message);
        }
    }

    @Test
    void workerThatJunitsPoolStartsWhileATestBlocksIsNotTheTests() {
        SuiteRun run = SuiteRun.of(Suites.Blocking.class, PARALLEL);
        assertTrue(run.passed("poolOfJunitCompensates()"), () -> run.failures().toString());
    }

    @Test
    void threadsOfBeforeAllFailTheClass() {
        SuiteRun run = SuiteRun.of(Suites.BeforeAllLeaks.class);
        assertTrue(run.passed("clean()"));
        assertTrue(
                run.message("Suites$BeforeAllLeaks")
                        .startsWith("class io.clonetrace.junit.Suites$BeforeAllLeaks left 1 thread alive"),
                () -> run.failures().toString());
        assertEquals(0, SuiteRun.of(Suites.AfterAllEnds.class).failed());
    }

    @Test
    void threadsOfAStaticInitialiserBelongToItsClass() {
        SuiteRun run = SuiteRun.of(Suites.StaticInitialiser.class);
        assertEquals(1, run.failed());
        assertEquals(List.of("static-of-test"), names(run.message("Suites$StaticInitialiser")));
        assertEquals(0, SuiteRun.of(Suites.UsesSingleton.class).failed());
    }

    @Test
    void threadsOfTheConstructorBelongToTheTestOrToTheClassThatHasOneInstance() {
        SuiteRun each = SuiteRun.of(Suites.Constructor.class);
        assertEquals(2, each.failed());
        assertEquals(List.of("of-constructor"), names(each.message("one()")));
        assertEquals(List.of("of-constructor"), names(each.message("two()")));
        SuiteRun one = SuiteRun.of(Suites.OneInstance.class);
        assertEquals(List.of("of-instance"), names(one.message("Suites$OneInstance")));
        assertEquals(1, one.failed());
    }

    @Test
    void threadsOfBeforeEachAndAfterEachBelongToTheTest() {
        assertEquals(
                List.of("before", "after"),
                names(SuiteRun.of(Suites.Lifecycle.class).message("test()")));
    }

    @Test
    void sharedPoolMayLiveUntilTheClassEndsAndNotLonger() {
        assertEquals(0, SuiteRun.of(Suites.SharedPool.class).failed());
        SuiteRun run = SuiteRun.of(Suites.SharedUntilTheEnd.class);
        assertTrue(run.passed("leaves()"));
        assertEquals(List.of("shared"), names(run.message("Suites$SharedUntilTheEnd")));
    }

    @Test
    void sharedThreadsOfTheJdkAreNoLeaks() {
        SuiteRun run = SuiteRun.of(Suites.JdksOwn.class);
        assertEquals(0, run.failed(), () -> run.failures().toString());
    }

    @Test
    void eachInvocationOfATemplateIsATestAndAFactoryIsOne() {
        SuiteRun run = SuiteRun.of(Suites.Templates.class);
        assertTrue(run.passed("[1] 0"));
        assertEquals(List.of("parameter-0"), names(run.message("[2] 1")));
        assertEquals(List.of("parameter-0", "parameter-1"), names(run.message("[3] 2")));
        assertTrue(run.message("[3] 2")
                .startsWith("test io.clonetrace.junit.Suites$Templates.parameter \"[3] 2\" left 2 threads"));
        assertEquals(List.of("repeated"), names(run.message("repetition 2 of 2")));
        assertTrue(run.passed("a") && run.passed("b"));
        assertEquals(List.of("dynamic-a", "dynamic-b"), names(run.message("factory()")));
    }

    @Test
    void threadThatAnotherExtensionEndsPasses() {
        assertEquals(0, SuiteRun.of(Suites.WithExtension.class).failed());
    }

    @Test
    void hostileNamesArePrintedInOneLineWithoutEscapes() {
        String message = SuiteRun.of(Suites.HostileName.class).message("leaves()");
        assertTrue(message.contains("1 thread \"a\\u001b[31m\\u000ab\\u202e\", started"), message);
    }

    @Test
    void suiteWithoutTheAnnotationIsCheckedIfAParameterSaysSo() {
        SuiteRun run = SuiteRun.of(Suites.NoAnnotation.class, ALL);
        assertEquals(List.of("no-annotation"), names(run.message("leaves()")));
        assertTrue(run.passed("clean()"));
        assertEquals(1, run.failed());
    }

    @Test
    void extensionThatIsOnlyDetectedChecksNothing() {
        assertEquals(
                0,
                SuiteRun.of(Suites.NoAnnotation.class, "junit.jupiter.extensions.autodetection.enabled", "true")
                        .failed());
    }

    @Test
    void namesAreAllowedByAParameter() {
        String[] parameters = Arrays.copyOf(ALL, ALL.length + 2);
        parameters[ALL.length] = LeakSettings.ALLOW;
        parameters[ALL.length + 1] = "other, no-*";
        assertEquals(0, SuiteRun.of(Suites.NoAnnotation.class, parameters).failed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1s", "-1", "99999999999"})
    void wrongGraceTimeFailsTheClassInALine(String grace) {
        SuiteRun run = SuiteRun.of(
                Suites.NoAnnotation.class,
                "junit.jupiter.extensions.autodetection.enabled",
                "true",
                LeakSettings.ALL,
                "true",
                LeakSettings.GRACE_MILLIS,
                grace);
        assertEquals(
                "clonetrace.threadleaks.graceMillis can't be \"" + grace + "\"; it is a number of milliseconds",
                run.message("Suites$NoAnnotation"));
    }

    /** The names of a failure's threads, in its order. */
    private static List<String> names(String message) {
        return message.lines()
                .filter(line -> line.matches("\\d+ threads? \".*"))
                .map(line -> line.replaceFirst(", started by thread .*", ""))
                .flatMap(line ->
                        Pattern.compile("\"([^\"]*)\"").matcher(line).results().map(result -> result.group(1)))
                .toList();
    }
}
