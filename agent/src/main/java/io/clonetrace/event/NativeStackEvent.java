package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A chain of native frames that made tasks: once per chunk of a recording, whatever the number of tasks. */
@Name("clonetrace.NativeStack")
@Label("Native Stack")
@Category("clonetrace")
@Description("Native frames that made threads or processes; clonetrace.Clone refers to it by its id")
// So that JFR says when a chunk begins; the event is committed when a Clone event refers to it.
@Period("beginChunk")
@StackTrace(false)
public final class NativeStackEvent extends Event {
    @Label("Id")
    @Description("What clonetrace.Clone.nativeStackId refers to; unique within the JVM")
    public long id;

    @Label("Library")
    @Description("The library that made the tasks: the innermost that is not part of the C or C++ runtime")
    public String library;

    @Label("Frames")
    @Description("The native frames, innermost first, a line each: library!function+offset or library+offset")
    public String frames;

    @Label("Complete")
    @Description("Whether the frames reach Java code or the outermost frame")
    public boolean complete;

    @Label("Reason")
    @Description("Where and why unwinding stopped; empty if the frames are complete")
    public String reason;

    @Label("Modules")
    @Description("The files of the frames, a line each: path and GNU build-id, or -")
    public String modules;

    @Label("Java Frames")
    @Description(
            "The Java frames outside the native ones, of one of the calls, as Thread.getStackTrace gave them while the"
                    + " thread was still in it; empty if there are none or no thread was seen in time")
    public String javaFrames;

    @Label("Java Delay")
    @Description("How long after the call the Java frames were read; -1 without them")
    @Timespan(Timespan.NANOSECONDS)
    public long javaDelay;
}
