package io.clonetrace.linux.jna;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostPropertiesTest {
    private final HostProperties before = new HostProperties();

    @AfterEach
    void putBack() {
        before.restore();
    }

    @Test
    void whatTheHostHadIsBackAndWhatItHadNotIsGone() {
        System.setProperty("jnidispatch.path", "the host's");
        System.clearProperty("jna.loaded");
        HostProperties hosts = new HostProperties();
        System.setProperty("jnidispatch.path", "ours");
        System.setProperty("jna.loaded", "true");
        hosts.restore();
        assertEquals("the host's", System.getProperty("jnidispatch.path"));
        assertNull(System.getProperty("jna.loaded"));
    }
}
