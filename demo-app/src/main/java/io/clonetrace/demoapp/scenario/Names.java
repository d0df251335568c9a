package io.clonetrace.demoapp.scenario;

import java.util.List;

/** Thread names as hostile input: any program that prints, stores or shows them has to cope. */
final class Names implements Scenario {

    private static final List<String> HOSTILE = List.of(
            "",
            "x".repeat(10_000),
            "\u001b[31mred\u001b[0m",
            "\u001b]0;the terminal's title\u0007",
            "<script>alert(1)</script>",
            "\"&'<b>",
            "high surrogate alone \ud800",
            "\udc00 low surrogate alone",
            "two\r\nlines\tand a tab",
            "nul \u0000 inside",
            "right to left \u202e override",
            "beyond the basic plane \ud83e\uddf5",
            "%s %n {0} ${jndi:ldap://localhost/x}");

    @Override
    public String name() {
        return "names";
    }

    @Override
    public String description() {
        return "hostile names: 10,000 characters, escapes, HTML, lone surrogates";
    }

    @Override
    public void run(Tally tally, Settings settings) throws InterruptedException {
        ShortThreads threads = new ShortThreads(tally);
        for (int i = 0; i < settings.threads(); i++) {
            threads.start(new Thread(() -> {}, tally.prefix() + HOSTILE.get(i % HOSTILE.size())));
        }
        threads.joinAll();
    }
}
