package io.clonetrace.live;

/**
 * A limit on threads, and when it is reached.
 *
 * @param name the kernel's name of it
 * @param used how much is in use
 * @param max the limit
 * @param bytes whether both are bytes
 * @param secondsLeft until it is reached if this JVM goes on as in the last minute; -1 if it does not grow, or has not
 *     been watched for long enough
 * @param location the file that it was read from
 */
public record LiveLimit(String name, long used, long max, boolean bytes, double secondsLeft, String location) {
    /** How much of it is in use, 1 for all. */
    public double share() {
        return max <= 0 ? 1 : (double) used / max;
    }
}
