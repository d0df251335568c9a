package io.clonetrace.explain.evidence;

/**
 * Something that failed, once or several times in the same way.
 *
 * @param errno the errno's name; null if the text does not tell it
 * @param bytes how many were asked for: of memory, of a stack; {@link Document#UNKNOWN} if not told
 * @param guard bytes of the guard zone that was asked for; {@link Document#UNKNOWN} if not told
 * @param subject which thread could not be made, or which library failed; null if not told; hostile input
 * @param detail what else the text says of it, as it says it; null for nothing; hostile input
 * @param count how many times
 * @param place the first of them
 */
public record Failure(
        Operation operation,
        String errno,
        long bytes,
        long guard,
        String subject,
        String detail,
        long count,
        Place place) {
    /** A failure of which no more is told. */
    public static Failure of(Operation operation, TextLine line) {
        return new Failure(operation, null, Document.UNKNOWN, Document.UNKNOWN, null, null, 1, line.place());
    }

    public Failure withErrno(String name) {
        return new Failure(operation, name, bytes, guard, subject, detail, count, place);
    }

    public Failure withBytes(long size) {
        return new Failure(operation, errno, size, guard, subject, detail, count, place);
    }

    public Failure withGuard(long size) {
        return new Failure(operation, errno, bytes, size, subject, detail, count, place);
    }

    public Failure withSubject(String name) {
        return new Failure(operation, errno, bytes, guard, name, detail, count, place);
    }

    public Failure withDetail(String text) {
        return new Failure(operation, errno, bytes, guard, subject, text, count, place);
    }

    Failure and(Failure other) {
        return new Failure(operation, errno, bytes, guard, subject, detail, count + other.count, place);
    }

    /** What makes two of them the same, but for the subject: each of many threads has another name. */
    record Key(Operation operation, String errno, long bytes, long guard, String subject, String detail) {}

    Key key(String subjectPattern) {
        return new Key(operation, errno, bytes, guard, subjectPattern, detail);
    }
}
