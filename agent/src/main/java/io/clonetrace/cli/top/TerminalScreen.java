package io.clonetrace.cli.top;

import io.clonetrace.cli.output.Output;
import io.clonetrace.linux.file.Terminal;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.impl.exec.ExecTerminalProvider;
import org.jline.terminal.spi.SystemStream;

/**
 * The whole terminal as a screen: its alternate one, so that what was there comes back. The terminal's modes are set by
 * stty(1), which JLine calls; no native code is loaded. Confined to one thread, but for {@link #close}.
 */
final class TerminalScreen implements AutoCloseable {
    private static final String BEGIN = "\u001b[?1049h\u001b[?25l"; // xterm: alternate screen; cursor off
    private static final String END = "\u001b[?25h\u001b[?1049l";
    private static final String TO_LINE = "\u001b[%d;1H";
    private static final String ERASE_LINE = "\u001b[K";
    private static final String BEGIN_DRAWING = "\u001b[?2026h"; // drawn at once, where a terminal knows it
    private static final String END_DRAWING = "\u001b[?2026l";

    /** The rest of a key's sequence comes at once, even over a network. */
    private static final long SEQUENCE_MILLIS = 50;

    private static final int LONGEST_SEQUENCE = 16;
    private static final int ESCAPE = 27;
    private static final int CTRL_C = 3;
    private static final int CTRL_Z = 26;
    private static final int DELETE = 127;
    private static final int BACKSPACE = 8;
    private static final int STANDARD_WIDTH = 80;
    private static final int STANDARD_HEIGHT = 24;

    /** As the terminal does on Ctrl-Z: all processes of the job. A child sends it, for Java has no kill(2). */
    private static final List<String> STOP = List.of("sh", "-c", "kill -TSTP 0");

    /** Longer than between two drawings: this process was stopped, and the shell had the terminal. */
    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final org.jline.terminal.Terminal terminal;
    private final Attributes before;
    private final boolean colour;
    private final boolean unicode;
    private List<String> drawn = List.of();
    private Canvas canvas;
    private int pushedBack = -1;
    private long drawnAt = System.nanoTime();
    private boolean closed;

    private TerminalScreen(org.jline.terminal.Terminal terminal, Charset charset, boolean colour) {
        this.terminal = terminal;
        this.colour = colour;
        this.unicode = charset.newEncoder().canEncode('\u2588');
        this.before = terminal.getAttributes();
        take();
    }

    private void take() {
        terminal.enterRawMode();
        // Ctrl-C and Ctrl-Z come as keys: a process that is stopped in between would leave the terminal as it is now.
        Attributes keys = terminal.getAttributes();
        keys.setLocalFlag(Attributes.LocalFlag.ISIG, false);
        terminal.setAttributes(keys);
        terminal.writer().print(BEGIN);
        terminal.writer().flush();
        canvas = null;
    }

    private void giveBack() {
        terminal.writer().print(END);
        terminal.writer().flush();
        terminal.setAttributes(before);
    }

    /** Whether there is a terminal to read keys from and to draw on. */
    static boolean isPossible() {
        return Terminal.STDIN.isThere()
                && Terminal.STDOUT.isThere()
                && !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
    }

    /**
     * Takes the terminal.
     *
     * @throws IOException if its modes can't be set, for want of stty(1) for instance
     */
    static TerminalScreen open(boolean colour) throws IOException {
        Charset charset = Output.charset();
        return new TerminalScreen(
                new ExecTerminalProvider()
                        .sysTerminal(
                                "clonetrace",
                                System.getenv("TERM"),
                                false,
                                charset,
                                charset,
                                charset,
                                false,
                                SignalHandler.SIG_DFL,
                                false,
                                SystemStream.Output),
                charset,
                colour);
    }

    /** Its size by now. */
    Canvas canvas() {
        return new Canvas(
                Terminal.STDOUT.columns().orElse(STANDARD_WIDTH),
                Terminal.STDOUT.rows().orElse(STANDARD_HEIGHT),
                unicode);
    }

    /** Draws what has changed; all of it if this process was stopped meanwhile. */
    synchronized void draw(Canvas on, List<ScreenLine> lines) {
        if (closed) {
            return;
        }
        if (System.nanoTime() - drawnAt > GAP_NANOS) {
            take();
        }
        drawnAt = System.nanoTime();
        StringBuilder text = new StringBuilder(BEGIN_DRAWING);
        boolean whole = !on.equals(canvas);
        List<String> now = new ArrayList<>(lines.size());
        for (int i = 0; i < Math.min(lines.size(), on.height()); i++) {
            String line = lines.get(i).painted(colour);
            now.add(line);
            if (whole || i >= drawn.size() || !drawn.get(i).equals(line)) {
                text.append(String.format(TO_LINE, i + 1)).append(line).append(ERASE_LINE);
            }
        }
        canvas = on;
        drawn = now;
        terminal.writer().print(text.append(END_DRAWING));
        terminal.writer().flush();
    }

    /**
     * Waits for a key.
     *
     * @return empty if none came in time, or one without a meaning
     * @throws IOException if the terminal is gone
     */
    Optional<Key> read(long millis) throws IOException {
        int c = pushedBack < 0 ? terminal.reader().read(millis) : pushedBack;
        pushedBack = -1;
        if (c == org.jline.utils.NonBlockingReader.EOF) {
            throw new IOException("the terminal is gone");
        }
        if (c < 0) {
            return Optional.empty();
        }
        return switch (c) {
            case ESCAPE -> sequence();
            case CTRL_C -> Optional.of(Key.of(Key.Name.INTERRUPT));
            case CTRL_Z -> {
                suspend();
                yield Optional.empty();
            }
            case '\r', '\n' -> Optional.of(Key.of(Key.Name.ENTER));
            case '\t' -> Optional.of(Key.of(Key.Name.TAB));
            case DELETE, BACKSPACE -> Optional.of(Key.of(Key.Name.BACKSPACE));
            default -> c < ' ' ? Optional.empty() : Optional.of(Key.of((char) c));
        };
    }

    private Optional<Key> sequence() throws IOException {
        StringBuilder sequence = new StringBuilder().append((char) ESCAPE);
        while (sequence.length() < LONGEST_SEQUENCE) {
            int c = terminal.reader().read(SEQUENCE_MILLIS);
            if (c < 0) {
                break;
            }
            boolean introducer = sequence.length() == 1;
            if (introducer && c != '[' && c != 'O') {
                // The key Esc, and another one right after it.
                pushedBack = c;
                break;
            }
            sequence.append((char) c);
            if (!introducer && (Character.isLetter(c) || c == '~')) {
                break;
            }
        }
        return sequence.length() == 1
                ? Optional.of(Key.of(Key.Name.ESCAPE))
                : KeySequence.key(sequence.substring(1)).map(Key::of);
    }

    /**
     * Stops this process, as Ctrl-Z does, with the terminal as it was before; returns when it is continued, at once if
     * no process could continue it (setpgid(2), orphaned process groups).
     */
    private void suspend() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            giveBack();
        }
        try {
            new ProcessBuilder(STOP).inheritIO().start().waitFor();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            if (!closed) {
                take();
            }
        }
    }

    /** Gives the terminal back as it was. May be called by any thread, and again. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            giveBack();
            terminal.close();
        }
    }
}
