package io.clonetrace.demoapp.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SamplesTest {
    private final Samples samples = new Samples();

    @Test
    void oneInAHundredOfManySamplesIsSlowerThanP99() {
        for (int i = 2_000; i > 0; i--) {
            samples.add(i);
        }
        assertEquals(1_001, samples.median());
        assertEquals(1_981, samples.p99());
    }

    @Test
    void p99OfFewSamplesIsTheSlowest() {
        samples.add(7);
        Samples others = new Samples();
        others.add(5);
        others.add(6);
        samples.addAll(others);
        assertEquals(6, samples.median());
        assertEquals(7, samples.p99());
        assertEquals(3, samples.count());
    }
}
