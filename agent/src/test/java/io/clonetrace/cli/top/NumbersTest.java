package io.clonetrace.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A number is shorter than its column: two may not touch. */
class NumbersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0",
                "99999 | 99,999",
                "100000 | 100000",
                "999999 | 999999",
                "1000000 | 1.0M",
                "123456789 | 123.5M",
                "-10026 | -10026",
            })
    void countsInSevenColumns(long number, String text) {
        assertEquals(text, Numbers.count(number, 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0 | 0", "13 | +13", "-7 | -7", "10026 | +10,026", "100000 | +100000", "1000000 | +1.0M"})
    void changesInEightColumns(long number, String text) {
        assertEquals(text, Numbers.change(number, 8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-1 | -",
                "0 | 0 B",
                "999424 | 976 KiB",
                "1023000 | 999 KiB",
                "1028096 | 1 MiB",
                "1048576 | 1 MiB",
                "1061158912 | 1 GiB",
                "88080384 | 84 MiB",
            })
    void sizesOfThreeDigits(long bytes, String text) {
        assertEquals(text, Numbers.size(bytes));
    }

    @ParameterizedTest
    @CsvSource({"-1, -", "0.004, 0%", "0.42, 42%", "99.99, 9999%", "128, 13k%"})
    void processorsInSixColumns(double processors, String text) {
        assertEquals(text, Numbers.cpu(processors));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0.04 | 0.0", "33.33 | 33.3", "99.96 | 100", "30000 | 30,000", "200000 | 200000"})
    void rates(double perSecond, String text) {
        assertEquals(text, Numbers.rate(perSecond, 7));
    }
}
