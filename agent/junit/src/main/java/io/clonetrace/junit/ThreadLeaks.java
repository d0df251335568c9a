package io.clonetrace.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test that leaves threads alive: platform threads that the test started, or that such threads started, and
 * that have not ended within a grace time after all of the test's {@code @AfterEach} methods and extensions. The
 * failure has each thread's name and the stack trace of its start.
 *
 * <p>On a class it holds for each of its tests, those of nested classes included, and for the class itself: threads
 * that {@code @BeforeAll} and {@code @AfterAll} methods or static initialisers of the class started must end before the
 * class does. The annotation nearest to a test applies; it may be a meta-annotation.
 *
 * <p>Needs the clonetrace agent in the JVM of the tests, and attaches it if it is not there.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(ThreadLeaksExtension.class)
public @interface ThreadLeaks {
    /**
     * Names of threads that may stay alive: {@code *} stands for any characters, {@code ?} for one, as in
     * {@code "pool-*-thread-*"}.
     */
    String[] allow() default {};

    /**
     * For how many milliseconds threads may still live after the test; a test whose threads have ended does not wait.
     * -1 for the configuration parameter {@code clonetrace.threadleaks.graceMillis}, by default 1000.
     */
    long graceMillis() default -1;

    /**
     * Whether the threads of tests may live until the end of their class: for executors that the tests of a class
     * share, whose workers are started by whichever test needs one first.
     */
    boolean untilClassEnds() default false;
}
