package io.clonetrace.agent.recording;

import io.clonetrace.event.CloneComparisonEvent;
import io.clonetrace.event.CloneEvent;
import io.clonetrace.event.CodeSourceEvent;
import io.clonetrace.event.NativeStackEvent;
import io.clonetrace.event.Recorder;
import io.clonetrace.event.SourceStatusEvent;
import io.clonetrace.event.ThreadLimitEvent;
import io.clonetrace.event.ThreadStackEvent;
import io.clonetrace.event.ThreadStartEvent;
import io.clonetrace.event.ThreadStartFailedEvent;
import io.clonetrace.event.VirtualThreadsEvent;
import java.util.List;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Whether flight recording is on in this JVM. Setting JFR up takes a tenth of a second and starts threads, so this
 * waits until something else does.
 */
public final class JfrState implements FlightRecorderListener {
    /** Our events, in the order in which a reader meets them. */
    static final List<Class<? extends Event>> EVENTS = List.of(
            ThreadStartEvent.class,
            CloneEvent.class,
            ThreadStackEvent.class,
            ThreadStartFailedEvent.class,
            ThreadLimitEvent.class,
            SourceStatusEvent.class,
            VirtualThreadsEvent.class,
            CloneComparisonEvent.class,
            CodeSourceEvent.class,
            NativeStackEvent.class);

    /** Set by JFR: where it keeps the chunks of recordings that are not yet written to their files. */
    private static final String REPOSITORY = "jdk.jfr.repository";

    private final Runnable atChunkEnd;
    private final Runnable atChunkBegin = this::chunkBegins;
    private volatile long chunkBegan;
    private volatile long chunkEnded;
    private volatile EventType threadStart;
    private volatile EventType threadStack;
    private volatile EventType threadStartFailed;
    private volatile boolean limitsAreDue;
    private final Runnable limitsFallDue = () -> limitsAreDue = true;
    private volatile boolean ours;

    /**
     * @param atChunkEnd called by JFR whenever a chunk of a recording ends, at the JVM's exit too; what it commits is
     *     still in that chunk
     */
    public JfrState(Runnable atChunkEnd) {
        this.atChunkEnd = () -> {
            chunkEnded = System.nanoTime();
            atChunkEnd.run();
        };
    }

    private void chunkBegins() {
        chunkBegan = System.nanoTime();
    }

    /** System.nanoTime just after the current chunk of a recording began; 0 before the first. */
    public long chunkBegan() {
        return chunkBegan;
    }

    /** System.nanoTime just before the last chunk ended; 0 before the first did. */
    public long chunkEnded() {
        return chunkEnded;
    }

    /** Registers our events as soon as JFR is set up. */
    public void listen() {
        Recorder.holdEvents(true);
        if (FlightRecorder.isInitialized()) {
            recorderInitialized(FlightRecorder.getFlightRecorder());
        } else {
            FlightRecorder.addListener(this);
        }
    }

    /** Notes that the agent sets JFR up, unless it is: JFR's threads are then not the application's. */
    void setUpByUs() {
        ours = !FlightRecorder.isInitialized();
    }

    @Override
    public void recorderInitialized(FlightRecorder recorder) {
        try {
            Recorder.loadEarly();
            EVENTS.forEach(FlightRecorder::register);
            FlightRecorder.addPeriodicEvent(VirtualThreadsEvent.class, atChunkEnd);
            FlightRecorder.addPeriodicEvent(NativeStackEvent.class, atChunkBegin);
            FlightRecorder.addPeriodicEvent(ThreadLimitEvent.class, limitsFallDue);
            threadStartFailed = EventType.getEventType(ThreadStartFailedEvent.class);
            threadStack = EventType.getEventType(ThreadStackEvent.class);
        } finally {
            // Whatever failed: events that can be recorded are.
            Recorder.holdEvents(false);
        }
        threadStart = EventType.getEventType(ThreadStartEvent.class);
    }

    public boolean wantsThreadStart() {
        EventType type = threadStart;
        return type != null && type.isEnabled();
    }

    public boolean wantsThreadStack() {
        EventType type = threadStack;
        return type != null && type.isEnabled();
    }

    public boolean wantsThreadStartFailed() {
        EventType type = threadStartFailed;
        return type != null && type.isEnabled();
    }

    /** Whether JFR has asked for the limits since the last call. Its own thread, which asks, must not read them. */
    public boolean limitsAreDue() {
        boolean due = limitsAreDue;
        limitsAreDue = false;
        return due;
    }

    /** Whether our events can be recorded now. */
    boolean isOn() {
        return threadStart != null;
    }

    /** Whether {@code child} is a thread that JFR starts because of us. */
    public boolean isOursAndStarts(Thread child) {
        return ours && child.getName().startsWith("JFR ");
    }

    /** Stops recording thread starts: their clones would not be read any more. */
    public void endThreadStarts() {
        threadStart = null;
    }

    /** The folder in which JFR keeps the chunks of recordings; empty before the first recording. */
    public static String repository() {
        return System.getProperty(REPOSITORY, "");
    }

    /** Unregisters our events. */
    public void forget() {
        FlightRecorder.removeListener(this);
        FlightRecorder.removePeriodicEvent(atChunkEnd);
        FlightRecorder.removePeriodicEvent(atChunkBegin);
        FlightRecorder.removePeriodicEvent(limitsFallDue);
        if (threadStart != null) {
            threadStart = null;
            threadStack = null;
            threadStartFailed = null;
            EVENTS.forEach(FlightRecorder::unregister);
        }
    }
}
