package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.clonetrace.report.SyntheticEvent;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which recordings are of one JVM, and what they say of the system under it. */
class IdentityTest {
    private static final long MILLI = 1_000_000;

    private static SyntheticEvent information(long pid, long startMillis, String arguments, String version) {
        return SyntheticEvent.at(0, "jdk.JVMInformation")
                .with("pid", pid)
                .with("jvmStartTime", SyntheticEvent.ORIGIN + startMillis * MILLI)
                .with("javaArguments", arguments)
                .with("jvmVersion", version);
    }

    private static SyntheticEvent hostname(String name) {
        return SyntheticEvent.at(1, "jdk.InitialEnvironmentVariable")
                .with("key", "HOSTNAME")
                .with("value", name);
    }

    private static int jvms(SyntheticEvent[]... chunks) {
        FleetBuilder fleet = new FleetBuilder();
        for (SyntheticEvent[] chunk : chunks) {
            FleetBuilder.FileEvents events = fleet.file();
            events.beginChunk(new ChunkKey(0, 0));
            for (SyntheticEvent event : chunk) {
                events.add(event);
            }
            events.endChunk();
        }
        return fleet.build().jvms().size();
    }

    private static SyntheticEvent[] chunk(SyntheticEvent... events) {
        return events;
    }

    @ParameterizedTest
    @CsvSource({
        "7, 0, app.jar, 17, 1",
        "7, 36, app.jar, 17, 1",
        "7, 1000, app.jar, 17, 1",
        "7, 1001, app.jar, 17, 2",
        "8, 0, app.jar, 17, 2",
        "7, 0, other.jar, 17, 2",
        "7, 0, app.jar, other, 1"
    })
    void pidAndMainClassAndNearlyTheStartAreOneJvm(long pid, long start, String main, String version, int jvms) {
        assertEquals(
                jvms, jvms(chunk(information(7, 0, "app.jar", "17")), chunk(information(pid, start, main, version))));
    }

    @ParameterizedTest
    @CsvSource({"0, app.jar, 9, 1", "1, app.jar, 9, 2", "0, other.jar, 9, 2", "0, app.jar, 10, 2"})
    void withoutPidsItIsStartAndMainClassAndVersion(long start, String main, String version, int jvms) {
        assertEquals(
                jvms, jvms(chunk(information(-1, 0, "app.jar", "9")), chunk(information(-1, start, main, version))));
    }

    @ParameterizedTest
    @CsvSource({"web-1, 1", "web-2, 2"})
    void containersThatWereStartedTogetherAreToldApartByTheirHosts(String host, int jvms) {
        SyntheticEvent thread = SyntheticEvent.started(5, 20, "a", 1);
        assertEquals(
                jvms,
                jvms(
                        chunk(information(1, 0, "app.jar", "17"), hostname("web-1")),
                        chunk(thread, information(1, 200, "app.jar", "17"), thread, hostname(host))));
    }

    @Test
    void redactedNamesAreNotRecorded() {
        JvmBuilder jvm = new JvmBuilder();
        jvm.add(information(7, 0, "[REDACTED] --key [REDACTED]", "27"));
        jvm.add(hostname("[REDACTED]"));

        JvmName name = jvm.build().name();

        assertEquals(Optional.empty(), name.mainClass());
        assertEquals(Optional.empty(), name.host());
    }

    private static Jvm.SystemName system(String osVersion) {
        JvmBuilder jvm = new JvmBuilder();
        jvm.add(SyntheticEvent.at(0, "jdk.OSInformation").with("osVersion", osVersion));
        return jvm.build().system();
    }

    private static Jvm.SystemName system(String kernel, String distribution, String libc) {
        return new Jvm.SystemName(
                Optional.ofNullable(kernel), Optional.ofNullable(distribution), Optional.ofNullable(libc));
    }

    @Test
    void systemOfJdk17() {
        assertEquals(
                system("Linux 6.1.0 x86_64", "Debian GNU/Linux 12 (bookworm)", "glibc 2.36"),
                system("OS:\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n"
                        + "uname: Linux 6.1.0 #1 SMP Debian 6.1.1 x86_64\nlibc: glibc 2.36 NPTL 2.36 \n"));
    }

    @Test
    void systemOfJdk11() {
        assertEquals(
                system("Linux 4.19.0 x86_64", "Debian GNU/Linux 10 (buster)", "glibc 2.28"),
                system("OS:PRETTY_NAME=\"Debian GNU/Linux 10 (buster)\"\nNAME=\"Debian GNU/Linux\"\n"
                        + "uname:Linux 4.19.0 #1 SMP Debian 4.19.1 x86_64\nlibc:glibc 2.28 NPTL 2.28 \n"));
    }

    @Test
    void systemOfOtherDistributions() {
        assertEquals(
                Optional.of("CentOS Linux release 7.9.2009 (Core)"),
                system("OS:CentOS Linux release 7.9.2009 (Core)\nuname:Linux 3.10.0 x86_64\n")
                        .distribution());
        assertEquals(
                Optional.of("Ubuntu 18.04.6 LTS"),
                system("OS:DISTRIB_ID=Ubuntu\nDISTRIB_DESCRIPTION=\"Ubuntu 18.04.6 LTS\"\nuname:Linux 5.4.0 x86_64\n")
                        .distribution());
    }

    @Test
    void systemsWithoutUname() {
        assertEquals(
                system("Windows 11 , 64 bit Build 22621 (10.0.22621.1)", null, null),
                system("OS: Windows 11 , 64 bit Build 22621 (10.0.22621.1)\n"));
        // GraalVM: EndChunkNativePeriodicEvents.java
        assertEquals(system("Linux (6.1.0) arch:amd64", null, null), system("Linux (6.1.0) arch:amd64"));
        assertEquals(system(null, null, null), system(""));
    }
}
