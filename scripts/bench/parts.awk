# Shares of async-profiler's collapsed stacks, whose first frame is the thread: STACK SAMPLES
function part(stack) {
    if (stack ~ /^\[C[12] Comp/) return "JVM: compilers C1 and C2"
    if (stack ~ /^\[clonetrace/)
        return stack ~ /linux\/NativeAccess\.open/ ? "our thread: JNA, HotSpot's tables" : "our thread: the rest"
    if (stack !~ /^\[(main|DestroyJavaVM)/) return "JVM: its other threads"
    if (stack ~ /retransformClasses|ThreadWeaver/) {
        if (stack ~ /;net\/bytebuddy\/asm\/Advice\.<clinit>/) return "main: Byte Buddy, Advice's initialiser"
        return "main: Byte Buddy, Thread woven"
    }
    if (stack ~ /agent\/Agent\.premain/) return "main: the rest of the agent"
    if (stack ~ /boot\/Premain/) return "main: our loaders"
    return "main: the JVM itself, hello"
}
{
    samples = $NF
    sub(/ [0-9]+$/, "")
    of[part($0)] += samples
    all += samples
}
END {
    printf "%-44s %8s %8s\n", "processor time of a start", "samples", "part"
    sort = "sort -k1,1nr | cut -f2"
    for (name in of)
        printf "%d\t%-44s %8d %7.0f%%\n", of[name], name, of[name], 100 * of[name] / all | sort
    close(sort)
    # The kernel's timer decides how far apart samples are, whatever interval was requested.
    print "(clonetrace none, no recording, by async-profiler, which makes all of it slower)"
}
