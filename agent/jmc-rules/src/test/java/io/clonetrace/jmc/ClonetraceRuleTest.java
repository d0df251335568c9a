package io.clonetrace.jmc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClonetraceRuleTest {
    @Test
    void nameIsEscapedAsTextInMarkup() {
        assertEquals(
                "\u2039b\u203ax\u2039/b\u203a (score) \uff06 ?[31m",
                ClonetraceRule.plain("<b>x</b> {score} & \u001b[31m"));
        assertEquals("a.B.\u2039init\u203a:7", ClonetraceRule.plain("a.B.<init>:7"));
    }
}
