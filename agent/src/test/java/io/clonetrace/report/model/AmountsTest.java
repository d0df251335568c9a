package io.clonetrace.report.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 0 B",
                "1023 | 1,023 B",
                "1024 | 1 KiB",
                "1536 | 1.5 KiB",
                "1044480 | 1,020 KiB",
                "1048575 | 1 MiB",
                "10433331 | 9.9 MiB",
                "10485759 | 10 MiB",
                "442499072 | 422 MiB",
                "2469606195 | 2.3 GiB",
                "140737488355328 | 128 TiB",
                "140737488355329 | 0x800000000001",
                "-1 | 0xffffffffffffffff"
            })
    void aSizeHasTheUnitThatFits(long bytes, String size) {
        assertEquals(size, Amounts.size(bytes));
    }
}
