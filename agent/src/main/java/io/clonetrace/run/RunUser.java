package io.clonetrace.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Another user, who runs the command while this one, who may observe more, observes it.
 *
 * @param user its number
 * @param group its first group's number
 */
public record RunUser(int user, int group) {

    /**
     * Looks the user up, as id(1) knows it.
     *
     * @throws IOException if there is no such user, or this one may not run a command as another
     */
    public static RunUser named(String name) throws IOException, InterruptedException {
        if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            throw new IOException("only root may run a command as another user: sudo clonetrace run --user " + name);
        }
        return new RunUser(number("-u", name), number("-g", name));
    }

    /** What stands before a command that this user runs: setpriv(1) becomes the command. */
    List<String> command() {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--init-groups", "--");
    }

    private static int number(String option, String name) throws IOException, InterruptedException {
        Process id = new ProcessBuilder("id", option, "--", name).start();
        String text = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (id.waitFor() != 0) {
            throw new IOException("there is no user " + name);
        }
        return Integer.parseInt(text);
    }
}
