package io.clonetrace.linux.jna.logging;

/**
 * Stands in for {@code java.util.logging.Logger} in our copy of JNA: the build rewrites the name. JNA's initialiser
 * would otherwise set up the JVM's LogManager before the application's {@code main}, which breaks hosts that install
 * one of their own, and would need a module that an image may lack. Nothing is logged; what fails, JNA also throws.
 */
public final class Logger {
    private static final Logger NONE = new Logger();

    private Logger() {}

    /** As {@code java.util.logging.Logger.getLogger}. */
    public static Logger getLogger(String name) {
        return NONE;
    }

    /** Nothing is. */
    public boolean isLoggable(Level level) {
        return false;
    }

    /** Drops the message. */
    public void log(Level level, String message) {}

    /** Drops the message. */
    public void log(Level level, String message, Object parameter) {}

    /** Drops the message. */
    public void log(Level level, String message, Object[] parameters) {}

    /** Drops the message. */
    public void log(Level level, String message, Throwable thrown) {}
}
