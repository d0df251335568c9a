package io.clonetrace.cli.doctor;

import io.clonetrace.cli.target.LoadedJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;

/** Whether a process is a JVM that the agent works in: HotSpot of 17 or newer, with glibc. */
record JdkCheck(Path target) implements Check {
    private static final String NAME = "JDK";
    private static final int OLDEST = 17;

    @Override
    public Ability look() {
        String maps = target.resolve("maps").toString();
        try {
            Optional<LoadedJvm> jvm = LoadedJvm.of(target);
            if (jvm.isEmpty()) {
                return Ability.no(
                        NAME,
                        "it is not a JVM: it has no libjvm.so",
                        maps,
                        "clonetrace trace -p shows the clones of any program");
            }
            return jvm.get()
                    .release()
                    .map(release -> judged(jvm.get(), release))
                    .orElseGet(() -> unnamed(jvm.get()));
        } catch (IOException unreadable) {
            return Ability.open(NAME, "can't be told: " + unreadable.getMessage(), "");
        }
    }

    private static Ability unnamed(LoadedJvm jvm) {
        return Ability.open(
                NAME, "a JVM; its version can't be told, as no file release is readable", "" + jvm.library());
    }

    private static Ability judged(LoadedJvm jvm, LoadedJvm.Release found) {
        Properties release = found.properties();
        String version = release.getProperty("JAVA_VERSION", "?");
        String jdk = (release.getProperty("IMPLEMENTOR", "") + " " + version).strip()
                + (jvm.replaced() ? "; by now another is installed in its place" : "");
        String where = found.file().toString();
        String missing = jvm.openJ9() ? "OpenJ9" : jvm.musl() ? "musl" : "";
        if (!missing.isEmpty()) {
            return Ability.no(NAME, jdk + ", with " + missing, where, "the agent needs HotSpot and glibc");
        }
        if (feature(version) < OLDEST) {
            return Ability.no(NAME, jdk, where, "the agent needs Java " + OLDEST + " or newer");
        }
        String modules = release.getProperty("MODULES", "jdk.jfr");
        if (!Arrays.asList(modules.split(" ")).contains("jdk.jfr")) {
            return Ability.no(NAME, jdk + ", without the module jdk.jfr", where, "make the image with jdk.jfr");
        }
        return Ability.yes(NAME, jdk, where);
    }

    /** 8 for 1.8.0_372; 0 for what is no version of Java, for anybody may have written that file. */
    private static int feature(String version) {
        String number = version.replaceFirst("^1\\.", "").replaceFirst("\\D.*", "");
        return number.matches("\\d{1,4}") ? Integer.parseInt(number) : 0;
    }
}
