package io.clonetrace.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** One limit that can stop the process from making threads. All are committed together, the nearest first. */
@Name("clonetrace.ThreadLimit")
@Label("Thread Limit")
@Category("clonetrace")
@Description("A limit that can stop the process from making threads, and how much of it is in use")
@Period("10 s")
@StackTrace(false)
public final class ThreadLimitEvent extends Event {
    @Label("Limit")
    @Description("The kernel's name of it: pids.max, RLIMIT_NPROC, vm.max_map_count, ...")
    public String limit;

    @Label("Used")
    @Description("How much is in use: threads, mappings or, for memory and address space, bytes; -1 if not observed")
    public long used;

    @Label("Max")
    @Description("The limit, in what Used counts; -1 if there is none or it could not be read, which Location tells")
    public long max;

    @Label("Location")
    @Description("The file it was read from, and what the numbers mean there")
    public String location;
}
