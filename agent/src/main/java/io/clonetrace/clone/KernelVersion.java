package io.clonetrace.clone;

/**
 * A version of Linux; only its first three numbers count.
 *
 * @param major 6 of 6.18.44
 * @param minor 18 of 6.18.44
 * @param patch 44 of 6.18.44, 0 if absent
 */
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {
    private static final int NUMBERS = 3;
    private static final int MOST_DIGITS = 5;

    /**
     * Reads {@code uname -r}'s form, such as {@code 6.18.44-generic} or {@code 7.1}.
     *
     * @throws IllegalArgumentException if the text does not begin with two numbers
     */
    public static KernelVersion parse(String release) {
        // Without a regular expression: an application's start waits.
        int[] numbers = new int[NUMBERS];
        int count = 0;
        int at = 0;
        while (count < NUMBERS) {
            int end = at;
            while (end < release.length() && isDigit(release.charAt(end))) {
                end++;
            }
            if (end == at || end - at > MOST_DIGITS) {
                break;
            }
            numbers[count++] = Integer.parseInt(release.substring(at, end));
            at = end;
            if (at == release.length() || release.charAt(at) != '.') {
                break;
            }
            at++;
        }
        if (count < 2) {
            throw new IllegalArgumentException("\"" + release + "\" is no kernel version such as 6.18.44");
        }
        return new KernelVersion(numbers[0], numbers[1], numbers[2]);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The running kernel: HotSpot's {@code os.version} is uname's release on Linux. */
    public static KernelVersion running() {
        return parse(System.getProperty("os.version"));
    }

    /**
     * Explains why the running kernel refuses a call that was introduced in that version. Suggests a newer kernel only
     * if the running one is older than that.
     */
    public static String whyRefused(KernelVersion since) {
        try {
            KernelVersion running = running();
            if (!running.isBefore(since)) {
                return "Linux " + since + " and later have it, and this is " + running
                        + ": a seccomp filter, a sandbox or the kernel's configuration keeps it away";
            }
        } catch (IllegalArgumentException unknown) {
            // Such as a kernel with a custom release name.
        }
        return "Linux " + since + " has it";
    }

    /** Whether this is older than {@code other}. */
    public boolean isBefore(KernelVersion other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        if (major != other.major) {
            return Integer.compare(major, other.major);
        }
        return minor != other.minor ? Integer.compare(minor, other.minor) : Integer.compare(patch, other.patch);
    }

    /** The usual form: {@code 5.5}, {@code 2.5.49}. */
    @Override
    public String toString() {
        return major + "." + minor + (patch == 0 ? "" : "." + patch);
    }
}
