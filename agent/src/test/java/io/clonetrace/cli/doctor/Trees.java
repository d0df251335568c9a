package io.clonetrace.cli.doctor;

import io.clonetrace.linux.proc.ProcessStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A /proc and a /sys made up in a folder, for what the machine of the tests can't show. */
public record Trees(Path folder) {
    private static final String ALL_CAPABILITIES = "000001ffffffffff";
    private static final String NONE = "0000000000000000";

    Path proc() {
        return folder.resolve("proc");
    }

    Path sys() {
        return folder.resolve("sys");
    }

    public Path process(String pid) {
        return proc().resolve(pid);
    }

    public Trees file(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        return this;
    }

    Trees link(String path, String target) throws IOException {
        Path link = folder.resolve(path);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
        return this;
    }

    /** Root's, with every capability. */
    ProcessStatus root() throws IOException {
        return status("self", 0, ALL_CAPABILITIES, "");
    }

    ProcessStatus user(int uid) throws IOException {
        return status("self", uid, NONE, "");
    }

    ProcessStatus capabilities(int uid, String set) throws IOException {
        return status("self", uid, set, "");
    }

    /** @param more lines that stand before the others, and count */
    public ProcessStatus status(String pid, int uid, String capabilities, String more) throws IOException {
        file(
                "proc/" + pid + "/status",
                more + "Name:\tja\u001b[31mva\nState:\tS (sleeping)\nTgid:\t4711\nTracerPid:\t0\n"
                        + "Uid:\t7\t" + uid + "\t7\t7\nGid:\t7\t" + uid + "\t7\t7\nVmSize:\t  4711 kB\n"
                        + "SigCgt:\t2000000181005ccf\nCapEff:\t" + capabilities + "\nNoNewPrivs:\t0\nSeccomp:\t0\n");
        return ProcessStatus.of(process(pid)).orElseThrow();
    }
}
