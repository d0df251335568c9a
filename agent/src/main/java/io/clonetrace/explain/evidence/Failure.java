package io.clonetrace.explain.evidence;

/**
 * Something that failed, once or several times in the same way.
 *
 * @param errno the errno's name; null if the text does not say
 * @param bytes how many were asked for: of memory, of a stack; {@link Document#UNKNOWN} if not stated
 * @param guard bytes of the guard zone that was asked for; {@link Document#UNKNOWN} if not stated
 * @param subject which thread could not be made, or which library failed; null if not stated; hostile input
 * @param detail what else the text says of it, as it says it; null for nothing; hostile input
 * @param count how many times
 * @param place the first of them
 * @param by the line that tells which operation it was, if that is another; null otherwise
 */
public record Failure(
        Operation operation,
        String errno,
        long bytes,
        long guard,
        String subject,
        String detail,
        long count,
        Place place,
        Place by) {
    /** A failure without details. */
    public static Failure of(Operation operation, TextLine line) {
        return new Failure(operation, null, Document.UNKNOWN, Document.UNKNOWN, null, null, 1, line.place(), null);
    }

    public Failure withErrno(String name) {
        return new Failure(operation, name, bytes, guard, subject, detail, count, place, by);
    }

    public Failure withBytes(long size) {
        return new Failure(operation, errno, size, guard, subject, detail, count, place, by);
    }

    public Failure withGuard(long size) {
        return new Failure(operation, errno, bytes, size, subject, detail, count, place, by);
    }

    public Failure withSubject(String name) {
        return new Failure(operation, errno, bytes, guard, name, detail, count, place, by);
    }

    public Failure withDetail(String text) {
        return new Failure(operation, errno, bytes, guard, subject, text, count, place, by);
    }

    /** The same known to be of another operation, by a line further down. */
    public Failure as(Operation known, Place by) {
        return new Failure(known, errno, bytes, guard, subject, detail, count, place, by);
    }

    Failure and(Failure other) {
        return new Failure(operation, errno, bytes, guard, subject, detail, count + other.count, place, by);
    }

    /** The same that many times. */
    public Failure times(long number) {
        return new Failure(operation, errno, bytes, guard, subject, detail, number, place, by);
    }

    /** What makes two of them the same, but for the subject: each of many threads has another name. */
    record Key(Operation operation, String errno, long bytes, long guard, String subject, String detail) {}

    Key key(String subjectPattern) {
        return new Key(operation, errno, bytes, guard, subjectPattern, detail);
    }
}
