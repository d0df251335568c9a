package io.clonetrace.clone;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Linux; only its first three numbers count.
 *
 * @param major 6 of 6.18.44
 * @param minor 18 of 6.18.44
 * @param patch 44 of 6.18.44, 0 if absent
 */
public record KernelVersion(int major, int minor, int patch) implements Comparable<KernelVersion> {

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,5})\\.(\\d{1,5})(?:\\.(\\d{1,5}))?(?:\\D.*)?");
    private static final Comparator<KernelVersion> BY_NUMBER = Comparator.comparingInt(KernelVersion::major)
            .thenComparingInt(KernelVersion::minor)
            .thenComparingInt(KernelVersion::patch);

    /**
     * Reads {@code uname -r}'s form, such as {@code 6.18.44-generic} or {@code 7.1}.
     *
     * @throws IllegalArgumentException if the text does not begin with two numbers
     */
    public static KernelVersion parse(String release) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + release + "\" is no kernel version such as 6.18.44");
        }
        String patch = matcher.group(3);
        return new KernelVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                patch == null ? 0 : Integer.parseInt(patch));
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
        return BY_NUMBER.compare(this, other);
    }

    /** The usual form: {@code 5.5}, {@code 2.5.49}. */
    @Override
    public String toString() {
        return major + "." + minor + (patch == 0 ? "" : "." + patch);
    }
}
