package io.clonetrace.agent.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
    private static final List<String> COMMANDS = List.of(
            "run", "attach", "detach", "report", "explain", "trace", "stacks", "demo", "flags", "doctor", "help");

    @ParameterizedTest
    @CsvSource({
        "reprot,report",
        "repor,report",
        "atach,attach",
        "attach2,attach",
        "dettach,detach",
        "ran,run",
        "rnu,run",
        "stack,stacks",
        "flag,flags",
        "explian,explain",
        "docter,doctor"
    })
    void oneMistakeInThreeLettersIsFound(String typed, String meant) {
        assertEquals(Optional.of(meant), NearestWord.to(typed, COMMANDS));
        assertEquals(" (did you mean " + meant + "?)", NearestWord.hint(typed, COMMANDS));
    }

    @ParameterizedTest
    @CsvSource({"nonsense", "app.jar", "''", "x", "xyz", "rp"})
    void anotherWordHasNoHint(String typed) {
        assertEquals(Optional.empty(), NearestWord.to(typed, COMMANDS));
        assertEquals("", NearestWord.hint(typed, COMMANDS));
    }

    @ParameterizedTest
    @CsvSource({"record,recrod,1", "record,recrd,1", "record,records,1", "record,rxcord,1", "ab,'',2", "ca,abc,3"})
    void mistakesAreCounted(String one, String other, int mistakes) {
        assertEquals(mistakes, NearestWord.mistakes(one, other));
        assertEquals(mistakes, NearestWord.mistakes(other, one));
    }

    @Test
    void theNearestOfSeveralIsMeant() {
        assertEquals(Optional.of("attach"), NearestWord.to("attac", List.of("detach", "attach")));
    }
}
