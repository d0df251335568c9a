package io.clonetrace.report.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KnownPlacesTest {
    private final KnownPlaces places = new KnownPlaces();

    @Test
    void nextIsTheFirstBehind() {
        for (long place = 97; place > 0; place -= 3) {
            places.add(place);
        }
        places.sort();
        assertEquals(1, places.next(0, 101));
        assertEquals(4, places.next(1, 101));
        assertEquals(52, places.next(50, 101));
        assertEquals(97, places.next(96, 101));
        assertEquals(101, places.next(97, 101));
    }

    @Test
    void rewoundItBeginsAgain() {
        places.add(7);
        places.add(5);
        places.sort();
        assertEquals(11, places.next(7, 11));
        places.rewind();
        assertEquals(5, places.next(0, 11));
    }

    @Test
    void clearedItHasNone() {
        places.add(7);
        places.next(7, 11);
        places.clear();
        assertEquals(11, places.next(0, 11));
        places.add(3);
        assertEquals(3, places.next(0, 11));
    }
}
