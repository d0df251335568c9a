package io.clonetrace.run;

import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.proc.ProcessStatus;
import io.clonetrace.linux.process.SessionKeyring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Another user's account (passwd(5)), under which a command runs while this user, with more rights, observes it.
 *
 * @param name the user's name
 * @param user the user ID and the primary group's ID
 * @param home the home directory
 * @param shell the login shell
 */
public record Account(String name, RunUser user, String home, String shell) {
    /** The variables of this user's environment that describe the terminal and the locale, not the user. */
    private static final Pattern KEPT = Pattern.compile("PATH|TERM|COLORTERM|TZ|LANG|LANGUAGE|LC_[A-Z]+");

    private static final String DEFAULT_SHELL = "/bin/sh"; // passwd(5)
    private static final int FIELDS = 7;

    /** An exit status that neither setpriv nor a missing sh has. */
    private static final int UNREADABLE = 3;

    /**
     * Looks up the account with getent(1).
     *
     * @param name a user's name or number
     * @throws IOException if there is no such user, or this user may not run commands as another
     */
    public static Account named(String name) throws IOException, InterruptedException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            throw new IOException("only root may run a command as another user: sudo clonetrace run --user " + name);
        }
        Process getent = new ProcessBuilder("getent", "passwd", "--", name).start();
        String entry = new String(getent.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (getent.waitFor() != 0) {
            throw new IOException("there is no user " + name);
        }
        return of(entry);
    }

    static Account of(String entry) {
        String[] fields = entry.split(":", FIELDS);
        RunUser user = new RunUser(Integer.parseInt(fields[2]), Integer.parseInt(fields[3]));
        return new Account(fields[0], user, fields[5], fields[6].isEmpty() ? DEFAULT_SHELL : fields[6]);
    }

    /**
     * Separates this process's keys from those of another user's program that the calling thread, or a thread it makes,
     * starts next: setpriv(1) leaves the session keyring as it is. Call it before the start and once more after it.
     *
     * @throws IOException if both would share this thread's keyring
     */
    public static void separateKeys() throws IOException {
        try {
            SessionKeyring.renew();
        } catch (LinuxException refused) {
            throw new IOException(
                    "keys of this session and of another user's command can't be kept apart: " + refused.getMessage(),
                    refused);
        }
    }

    /**
     * Prefixes a command so that it runs under this account: env(1) sets up the user's environment, setpriv(1) becomes
     * the command. Inheritable capabilities, which would reach the new user's set-capability programs, are dropped one
     * by one: {@code -all} fails where the kernel is newer than setpriv.
     *
     * @param environment this process's environment
     */
    public List<String> command(Map<String, String> environment) throws IOException {
        return command(
                environment,
                ProcessStatus.of(Path.of("/proc/self"))
                        .orElseThrow(() -> new IOException("/proc/self/status can't be read"))
                        .inheritableCapabilities());
    }

    /** @param inheritable a bit for each capability (capabilities(7)) */
    List<String> command(Map<String, String> environment, long inheritable) {
        List<String> command = new ArrayList<>(List.of("env", "-i"));
        environment(environment).forEach((variable, value) -> command.add(variable + "=" + value));
        command.addAll(List.of("setpriv", "--reuid=" + user.user(), "--regid=" + user.group(), "--init-groups"));
        if (inheritable != 0) {
            command.add("--inh-caps="
                    + BitSet.valueOf(new long[] {inheritable}).stream()
                            .mapToObj(capability -> "-cap_" + capability)
                            .collect(Collectors.joining(",")));
        }
        command.add("--");
        return command;
    }

    /**
     * Whether this user may read a file, also one below folders that the user may not enter. A process of the user's
     * finds out: root may read everything.
     */
    public boolean canRead(Path file) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(command(System.getenv()));
        command.addAll(List.of("sh", "-c", "test -r \"$1\" || exit " + UNREADABLE, "sh", file.toString()));
        separateKeys();
        Process test = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        separateKeys();
        return test.waitFor() != UNREADABLE;
    }

    private Map<String, String> environment(Map<String, String> callers) {
        Map<String, String> environment = new TreeMap<>(callers);
        environment.keySet().removeIf(variable -> !KEPT.matcher(variable).matches());
        environment.putAll(Map.of("HOME", home, "USER", name, "LOGNAME", name, "SHELL", shell));
        return environment;
    }
}
