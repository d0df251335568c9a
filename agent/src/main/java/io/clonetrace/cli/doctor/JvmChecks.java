package io.clonetrace.cli.doctor;

import io.clonetrace.cli.target.LoadedJvm;
import io.clonetrace.clone.KernelVersion;
import io.clonetrace.linux.Errno;
import io.clonetrace.linux.LinuxException;
import io.clonetrace.linux.file.ForeignFile;
import io.clonetrace.linux.memory.PagemapScan;
import io.clonetrace.linux.memory.ProcmapQuery;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;

/** Whether a process is a JVM that the agent works in, and how its stacks can be measured. */
final class JvmChecks {
    private static final String JDK = "JDK";
    private static final int OLDEST = 17;
    private static final String VM_STRUCTS = "vmStructs";
    private static final byte[] SYMBOL = "\0gHotSpotVMStructs\0".getBytes(StandardCharsets.US_ASCII);
    private static final int BUFFER = 1 << 16;
    private static final String PROCMAP_QUERY = "PROCMAP_QUERY";
    private static final String PAGEMAP_SCAN = "PAGEMAP_SCAN";

    private JvmChecks() {}

    /** Whether a process is a JVM that the agent supports: HotSpot 17 or newer, with glibc. */
    static Ability jdk(Path target) {
        String maps = target.resolve("maps").toString();
        try {
            Optional<LoadedJvm> jvm = LoadedJvm.of(target);
            if (jvm.isEmpty()) {
                String what = LoadedJvm.isNativeImage(target)
                        ? "it is a GraalVM native image, and the agent needs a HotSpot JVM"
                        : "it is not a JVM: it has no libjvm.so";
                return Ability.no(JDK, what, maps, "clonetrace trace -p shows the clones of any program");
            }
            return jvm.get()
                    .release()
                    .map(release -> judged(jvm.get(), release))
                    .orElseGet(() -> unnamed(jvm.get()));
        } catch (IOException unreadable) {
            return Ability.open(JDK, "can't be told: " + unreadable.getMessage(), "");
        }
    }

    private static Ability unnamed(LoadedJvm jvm) {
        return Ability.open(JDK, "a JVM of unknown version: its file release can't be read", "" + jvm.library());
    }

    private static Ability judged(LoadedJvm jvm, LoadedJvm.Release found) {
        Properties release = found.properties();
        String version = release.getProperty("JAVA_VERSION", "?");
        String jdk = (release.getProperty("IMPLEMENTOR", "") + " " + version).strip()
                + (jvm.replaced() ? "; by now another is installed in its place" : "");
        String where = found.file().toString();
        String missing = jvm.openJ9() ? "OpenJ9" : jvm.musl() ? "musl" : "";
        if (!missing.isEmpty()) {
            return Ability.no(JDK, jdk + ", with " + missing, where, "the agent needs HotSpot and glibc");
        }
        if (feature(version) < OLDEST) {
            return Ability.no(JDK, jdk, where, "the agent needs Java " + OLDEST + " or newer");
        }
        String modules = release.getProperty("MODULES", "jdk.jfr");
        if (!Arrays.asList(modules.split(" ")).contains("jdk.jfr")) {
            return Ability.no(JDK, jdk + ", without the module jdk.jfr", where, "make the image with jdk.jfr");
        }
        return Ability.yes(JDK, jdk, where);
    }

    /** 8 for 1.8.0_372; 0 for text that is no version of Java: any user may have written that file. */
    private static int feature(String version) {
        String number = version.replaceFirst("^1\\.", "").replaceFirst("\\D.*", "");
        return number.matches("\\d{1,4}") ? Integer.parseInt(number) : 0;
    }

    /** Whether the JVM exports the table that the agent reads its threads' native side by. */
    static Ability vmStructs(Path target) {
        try {
            Optional<LoadedJvm> jvm = LoadedJvm.of(target);
            if (jvm.isEmpty()) {
                return Ability.open(VM_STRUCTS, "no JVM", "");
            }
            String where = "read in the file";
            if (jvm.get().readLibrary(ForeignFile.Limit.standard(), JvmChecks::names)) {
                return Ability.yes(VM_STRUCTS, "libjvm.so exports gHotSpotVMStructs", where);
            }
            return Ability.no(
                    VM_STRUCTS,
                    "this JVM exports no gHotSpotVMStructs",
                    where,
                    "the agent looks for the tids and stacks of Java threads without the table; native stacks have no Java frames");
        } catch (IOException unreadable) {
            return Ability.open(VM_STRUCTS, "can't be told: " + unreadable.getMessage(), "");
        }
    }

    /** Exported names are in the table .dynstr, with zeros around them (elf(5)). */
    private static boolean names(InputStream library) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int kept = 0;
        for (int read = library.read(buffer, 0, BUFFER); read >= 0; read = library.read(buffer, kept, BUFFER - kept)) {
            int length = kept + read;
            // Latin-1 keeps every byte.
            String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
            if (text.contains(new String(SYMBOL, StandardCharsets.ISO_8859_1))) {
                return true;
            }
            kept = Math.min(length, SYMBOL.length);
            System.arraycopy(buffer, length - kept, buffer, 0, kept);
        }
        return false;
    }

    /** Whether a process's mappings can be queried one by one. */
    static Ability procmapQuery(Path target) {
        String where = "tried on " + target.resolve("maps");
        try {
            new ProcmapQuery(target.toString()).close();
            return Ability.yes(PROCMAP_QUERY, "stacks are found by it", where);
        } catch (LinuxException refused) {
            return refused(PROCMAP_QUERY, refused, where, new KernelVersion(6, 11, 0));
        } catch (LinkageError noNativeCode) {
            return Ability.open(PROCMAP_QUERY, "native code can't be used here", where);
        }
    }

    /** Whether a process's pages can be counted by range. */
    static Ability pagemapScan(Path target) {
        String where = "tried on " + target.resolve("pagemap");
        try {
            new PagemapScan(target.toString()).close();
            return Ability.yes(PAGEMAP_SCAN, "stacks are counted by it", where);
        } catch (LinuxException refused) {
            return refused(PAGEMAP_SCAN, refused, where, new KernelVersion(6, 7, 0));
        } catch (LinkageError noNativeCode) {
            return Ability.open(PAGEMAP_SCAN, "native code can't be used here", where);
        }
    }

    /**
     * Why a process's stacks can't be read in this way.
     *
     * @param since the first Linux that has it
     */
    private static Ability refused(String name, LinuxException refused, String where, KernelVersion since) {
        boolean denied = refused.errno() == Errno.EACCES.value() || refused.errno() == Errno.EPERM.value();
        return denied
                ? Ability.no(name, refused.getMessage(), where, "run as that process's user, or as root")
                : Ability.no(
                        name,
                        refused.getMessage() + "; " + KernelVersion.whyRefused(since)
                                + ". Stacks are read from smaps, which takes" + " longer",
                        where,
                        "");
    }
}
