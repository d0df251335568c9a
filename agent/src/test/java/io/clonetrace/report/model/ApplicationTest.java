package io.clonetrace.report.model;

import static io.clonetrace.report.SyntheticEvent.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.clonetrace.report.model.Application.Overrides;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplicationTest {
    private static boolean isApplication(Application application, String type) {
        return application.isApplication(frame(type + ".run:1"));
    }

    private static Application of(String main, Map<String, String> sources) {
        return new Application(Overrides.NONE, Optional.ofNullable(main), sources);
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Dao, true",
        "Main$1, true",
        "io.netty.channel.nio.NioEventLoop, false",
        "io.nettyfake.Loop, true",
        "org.apache.kafka.clients.producer.KafkaProducer, false",
        "org.springframework.web.client.RestTemplate, false",
        "okhttp3.ConnectionPool, false",
        "software.amazon.awssdk.core.Pool, false",
        "org.apache.curator.framework.Thread, false",
        "java.lang.Thread, false",
        "io.clonetrace.hook.StartHook, false",
    })
    void wellKnownLibrariesAreNotTheApplication(String type, boolean application) {
        assertEquals(application, isApplication(Application.DEFAULT, type));
    }

    @Test
    void mainClassMakesItsPackageTheApplications() {
        Application kafka = of("org.apache.kafka.Kafka", Map.of());
        assertTrue(isApplication(kafka, "org.apache.kafka.server.Broker"));
        assertFalse(isApplication(kafka, "org.apache.zookeeper.ClientCnxn"));
        assertTrue(isApplication(of("com.google.shop.Main", Map.of()), "com.google.shop.Dao"));
    }

    @Test
    void codeSourceTellsWhatTheListDoesNotKnow() {
        Application application = of(
                "com.acme.Main",
                Map.of(
                        "com.acme", "/srv/app.jar",
                        "com.acme.dao", "/srv/lib/dao.jar",
                        "net.obscure", "/srv/lib/obscure.jar",
                        "net.fat", "nested:/srv/app.jar/!BOOT-INF/lib/fat-1.jar!/",
                        "org.apache.mine", "/srv/classes/"));
        assertTrue(isApplication(application, "com.acme.dao.Dao"));
        assertFalse(isApplication(application, "net.obscure.Pool"));
        assertFalse(isApplication(application, "net.fat.Pool"));
        assertTrue(isApplication(application, "org.apache.mine.Job"));
    }

    @Test
    void longestPrefixOfTheUserWins() {
        Application application = new Application(
                new Overrides(List.of("org.apache.mine", "net.a"), List.of("com.acme.lib", "net.a.b")),
                Optional.of("com.acme.Main"),
                Map.of());
        assertTrue(isApplication(application, "org.apache.mine.Job"));
        assertFalse(isApplication(application, "com.acme.lib.Pool"));
        assertTrue(isApplication(application, "com.acme.library.Pool"));
        assertFalse(isApplication(application, "net.a.b.C"));
    }
}
