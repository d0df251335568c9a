package io.clonetrace.limit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the cgroups of a process are in the file tree (cgroups(7)): a controller has a hierarchy of its own (version 1)
 * or the common one (version 2); both may exist at once.
 */
final class CgroupFolders {
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final int CONTROLLERS = 1;
    private static final int PATH = 2;

    /** A byte as three octal digits. */
    private static final String ESCAPE = "\\\\([0-3][0-7]{2})";

    /** No path of the kernel is longer (limits.h, PATH_MAX). */
    private static final int LONGEST_PATH = 4096;

    private final List<Mount> mounts = new ArrayList<>();

    /** @param root the cgroup that is mounted at {@code point}, as named in /proc/PID/cgroup */
    private record Mount(String root, String point, boolean version2, List<String> controllers) {}

    /** @param mountInfo the lines of this process's own mountinfo (proc_pid_mountinfo(5)) */
    CgroupFolders(List<String> mountInfo) {
        for (String line : mountInfo) {
            int separator = line.indexOf(" - ");
            String[] fields = line.split(" ");
            if (separator < 0 || fields.length <= MOUNT_POINT) {
                continue;
            }
            String[] fileSystem = line.substring(separator + " - ".length()).split(" ", 3);
            if (fileSystem.length == 3 && (fileSystem[0].equals("cgroup") || fileSystem[0].equals("cgroup2"))) {
                mounts.add(new Mount(
                        unescaped(fields[ROOT]),
                        unescaped(fields[MOUNT_POINT]),
                        fileSystem[0].equals("cgroup2"),
                        List.of(fileSystem[2].split(","))));
            }
        }
    }

    /**
     * The folders of the process's cgroup and of its ancestors, as far as they are visible here.
     *
     * @param innermostFirst empty if none is visible
     * @param version2 whether it is the common hierarchy
     * @param missing null, or why none is visible
     */
    record Found(List<String> innermostFirst, boolean version2, String missing) {}

    /**
     * Finds them.
     *
     * @param cgroup the lines of the process's or thread's {@code cgroup}
     */
    Found of(String controller, List<String> cgroup) {
        String common = null;
        for (String line : cgroup) {
            String[] fields = line.split(":", PATH + 1);
            if (fields.length <= PATH) {
                continue;
            }
            if (Arrays.asList(fields[CONTROLLERS].split(",")).contains(controller)) {
                return folders(controller, fields[PATH], false);
            }
            if (fields[0].equals("0") && fields[CONTROLLERS].isEmpty()) {
                common = fields[PATH];
            }
        }
        return common == null
                ? new Found(List.of(), false, "this kernel has no cgroups with " + controller)
                : folders(controller, common, true);
    }

    private Found folders(String controller, String path, boolean version2) {
        String missing = "no cgroup file system with " + controller + " is mounted";
        for (Mount mount : mounts) {
            if (mount.version2 != version2 || !version2 && !mount.controllers.contains(controller)) {
                continue;
            }
            String below = below(mount.root, path);
            if (below != null) {
                return new Found(upwards(mount.point, below), version2, null);
            }
            missing = "the cgroup " + path.substring(0, Math.min(path.length(), LONGEST_PATH)) + " is not visible at "
                    + mount.point;
        }
        return new Found(List.of(), version2, missing);
    }

    /**
     * The path below the mount; null if the cgroup is outside of it, such as one outside of this cgroup namespace, or
     * if it is not a path.
     */
    private static String below(String root, String path) {
        if (path.startsWith("/..") || !path.startsWith("/") || path.length() > LONGEST_PATH) {
            return null;
        }
        if (root.equals("/")) {
            return path.equals("/") ? "" : path;
        }
        return path.equals(root) || path.startsWith(root + "/") ? path.substring(root.length()) : null;
    }

    private static List<String> upwards(String point, String below) {
        List<String> folders = new ArrayList<>();
        String rest = below;
        while (!rest.isEmpty()) {
            folders.add(point + rest);
            rest = rest.substring(0, rest.lastIndexOf('/'));
        }
        folders.add(point);
        return folders;
    }

    /** The kernel escapes blanks and backslashes as three octal digits (seq_file's mangle_path). */
    private static String unescaped(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        return Pattern.compile(ESCAPE)
                .matcher(field)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 8))));
    }
}
